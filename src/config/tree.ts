import type { Finding, Path, Place } from './problem.ts';

/**
 * A mapping in the tree of a file as it was read. Any value may be of any kind, so each is taken as the kind that is
 * wanted, or is not there: what is of another kind is the schema's to report.
 */
export type Item = { readonly value: Readonly<Record<string, unknown>>; readonly path: Path };

export function textOf({ value }: Item, key: string): string | undefined {
  const found = value[key];
  return typeof found === 'string' ? found : undefined;
}

/** `otherwise` where nothing is written. */
export function numberOf({ value }: Item, key: string, otherwise: number): number | undefined {
  const found = value[key] ?? otherwise;
  return typeof found === 'number' ? found : undefined;
}

/** A warning for each key that is written and that nothing reads. */
export function withoutEffect({ value, path }: Item, keys: readonly string[], needed: string): Finding[] {
  return keys
    .filter((key) => value[key] !== undefined)
    .flatMap((key) =>
      found({ key: [...path, key] }, `"${key}" has no effect; ${needed} is needed`, { warning: 'always' }),
    );
}

export function found(at: Place, message: string, options: Pick<Finding, 'warning'> = {}): Finding[] {
  return [{ at, message, ...options }];
}

/** Nothing, or an empty list, or a mapping of only such. */
export function isBlank(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return value === undefined || (isObject(value) && Object.values(value).every(isBlank));
}

/** The mapping under a key; an empty one where there is none. */
export function child({ value, path }: Item, key: string): Item {
  const found = value[key];
  return { value: isObject(found) ? found : {}, path: [...path, key] };
}

/** The mappings in the list under a key. */
export function items({ value, path }: Item, key: string): Item[] {
  const list: unknown = value[key];
  if (!Array.isArray(list)) return [];
  return list.flatMap((item, i) => (isObject(item) ? [{ value: item, path: [...path, key, i] }] : []));
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
