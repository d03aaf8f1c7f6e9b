/** The labels of a text as `labelText` writes it, in its order: by name. */
export function labelsOf(text: string): Record<string, string> {
  const pairs = [...text.matchAll(/([^=,"]+)="((?:[^"\\]|\\.)*)"(?:,|$)/gs)].map(
    ([, name = '', value = '']): [string, string] => [
      name,
      value.replace(/\\(.)/gs, (_, escaped) => (escaped === 'n' ? '\n' : escaped)),
    ],
  );
  return Object.fromEntries(pairs);
}
