import type { Key } from './view.ts';

const keys: ReadonlyMap<string, Key> = new Map([
  ...many('left', '\x1b[D', '\x1bOD', 'h', 'p', '\x1b[Z'),
  ...many('right', '\x1b[C', '\x1bOC', 'l', 'n', '\t'),
  ...many('up', '\x1b[A', '\x1bOA', 'k'),
  ...many('down', '\x1b[B', '\x1bOB', 'j'),
  ...many('pageUp', '\x1b[5~', 'b'),
  ...many('pageDown', '\x1b[6~', 'f'),
  ...many('home', '\x1b[H', '\x1bOH', '\x1b[1~', 'g'),
  ...many('end', '\x1b[F', '\x1bOF', '\x1b[4~', 'G'),
  ...many('sort', 's'),
  ...many('pause', ' '),
  ...many('quit', 'q', 'Q', '\x03', '\x04', '\x1b'),
]);

function many(key: Key, ...sequences: string[]): [string, Key][] {
  return sequences.map((sequence) => [sequence, key]);
}

const sequence = new RegExp(`${'\x1b'}\\[[0-9;]*[A-Za-z~]|${'\x1b'}O[A-Z]|.`, 'gsu');

/** The keys in what a terminal sent; other ones mean nothing. */
export function keysOf(input: string): Key[] {
  return (input.match(sequence) ?? []).flatMap((one) => keys.get(one) ?? []);
}
