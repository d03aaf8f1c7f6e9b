/** Backslash, double quote and newline of a label value. */
export function escapeLabelValue(value: string): string {
  return /[\\"\n]/.test(value)
    ? value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
    : value;
}

/** `a="x",b="y"`: labels sorted by name, values escaped. Different lists of values never give the same text. */
export function labelText(labels: Readonly<Record<string, string>>): string {
  return Object.keys(labels)
    .sort()
    .map((name) => `${name}="${escapeLabelValue(labels[name]!)}"`)
    .join(',');
}

/** The values of such a text, in its order. */
export function labelValues(text: string): string[] {
  return [...text.matchAll(/="((?:[^"\\]|\\.)*)"(?:,|$)/g)].map((match) =>
    match[1]!.replace(/\\(.)/g, (_, escaped) => (escaped === 'n' ? '\n' : escaped)),
  );
}

/** A label at its place in a label set: which of the decoded values it has, and what stands before that. */
export type OrderedLabel = { readonly index: number; readonly open: string };

/** Labels in the order of their names, as they are written. */
export function labelOrder(names: readonly string[]): readonly OrderedLabel[] {
  return names
    .map((name, index) => ({ name, index }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, index }, place) => ({ index, open: `${place === 0 ? '' : '",'}${name}="` }));
}
