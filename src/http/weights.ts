/** One item of an Accept header: its name and its parameters, in lower case. */
export type Item = { readonly name: string; readonly parameters: ReadonlyMap<string, string> };

/**
 * The weight of each name in an Accept or Accept-Encoding header (RFC 9110 section 12.4.2): 1 unless `q` says otherwise,
 * the highest where a name comes twice. Items that `wanted` refuses do not count.
 */
export function weightsOf(
  header: string | undefined,
  wanted: (item: Item) => boolean = () => true,
): ReadonlyMap<string, number> {
  const weights = new Map<string, number>();
  for (const item of (header ?? '').toLowerCase().split(',').map(parseItem)) {
    if (!wanted(item)) continue;
    const quality = item.parameters.get('q');
    const weight = quality === undefined ? 1 : Number(quality) || 0;
    weights.set(item.name, Math.max(weight, weights.get(item.name) ?? 0));
  }
  return weights;
}

function parseItem(text: string): Item {
  const [name = '', ...parameters] = text.split(';').map((part) => part.trim());
  return {
    name,
    parameters: new Map(
      parameters.map((parameter) => {
        const [key = '', value = ''] = parameter.split('=', 2);
        return [key.trim(), value.trim().replace(/^"(.*)"$/, '$1')];
      }),
    ),
  };
}
