import { Listing } from './listing.ts';
import type { Interfaces } from './system.ts';

export type ListInterfaces = () => readonly { readonly index: number; readonly name: string }[];

/** Network interfaces as a native function lists them. */
export function createInterfaces(list: ListInterfaces, warn: (message: string) => void): Interfaces {
  const names = new Listing(
    'network interfaces',
    () => new Map(list().map(({ index, name }) => [index, name])),
    warn,
  );
  return {
    refresh: () => names.refresh(),
    get generation() {
      return names.generation;
    },
    name: (index) => names.get(index),
  };
}
