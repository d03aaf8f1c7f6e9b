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
