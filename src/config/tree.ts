import type { Finding, Path } from './problem.ts';

/** A mapping in the tree of a file as it was read, before anything is known of it. */
export type Item = { readonly value: Readonly<Record<string, unknown>>; readonly path: Path };

export function found(at: Path, message: string, options: Pick<Finding, 'warning'> = {}): Finding[] {
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
