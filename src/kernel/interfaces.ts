import { Listing } from './listing.ts';
import type { Interfaces } from './system.ts';

export type ListInterfaces = () => readonly { readonly index: number; readonly name: string }[];

/** Network interfaces as a native function lists them. */
export function createInterfaces(
  list: ListInterfaces,
  warn: (message: string) => void,
  nowMs?: () => number,
): Interfaces {
  const names = new Listing({
    what: 'network interfaces',
    list: () => new Map(list().map(({ index, name }) => [index, name])),
    warn,
    nowMs,
  });
  return {
    refresh: () => names.refresh(),
    changes: names.changes,
    name: (index) => names.get(index),
  };
}
