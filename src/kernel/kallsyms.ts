import { closeSync, openSync, readSync } from 'node:fs';

/**
 * The symbols of /proc/kallsyms, packed: a quarter of a million of them must not become as many strings and objects.
 * Sorted by address; symbols that share one keep the file's order.
 */
export type Kallsyms = {
  /** Two words for each symbol: the high and the low half of its address. */
  readonly words: Uint32Array;
  /** Where each symbol starts in `text`. */
  readonly starts: Uint32Array;
  /** Lines without their address, in the file's order: `T NAME\n`, `t NAME\t[MODULE]\n`. */
  readonly text: Buffer;
};

const space = 0x20;
const newline = 0x0a;
/** A digit, a space, a type, a space, a name of one character and the end of the line; real lines have 16 digits. */
const shortestLine = 6;

/**
 * Reads and sorts a file of lines `ADDRESS TYPE NAME[\t[MODULE]]`: of a path, or of a descriptor, which stays open. What
 * the kernel shows depends on who opened it, not on who reads.
 */
export function readKallsyms(from: string | number): Kallsyms {
  if (typeof from === 'number') return parse(readWhole(from));
  const file = openSync(from, 'r');
  try {
    return parse(readWhole(file));
  } finally {
    closeSync(file);
  }
}

/** The kernel makes the file while it is read, a page at a time, and does not say how long it will be. */
function readWhole(file: number): Uint8Array<ArrayBuffer> {
  let bytes = new Uint8Array(2 ** 23);
  for (let length = 0; ; ) {
    if (length === bytes.length) bytes = new Uint8Array(bytes.buffer.transfer(length * 2));
    const size = readSync(file, bytes, length, bytes.length - length, length);
    if (size === 0) return bytes.subarray(0, length);
    length += size;
  }
}

/** Uses up the bytes: the text without addresses is written over them. */
function parse(bytes: Uint8Array<ArrayBuffer>): Kallsyms {
  const most = Math.ceil(bytes.length / shortestLine);
  const words = new Uint32Array(2 * most);
  const starts = new Uint32Array(most);
  let count = 0;
  let inOrder = 0;
  let used = 0;
  for (let at = 0; at < bytes.length; ) {
    let high = 0;
    let low = 0;
    for (let byte = bytes[at++]!; byte !== space && at < bytes.length; byte = bytes[at++]!) {
      high = (high << 4) | (low >>> 28);
      low = (low << 4) | (byte <= 0x39 ? byte - 0x30 : (byte & 0x0f) + 9);
    }
    if (at === bytes.length) break; // inside an address
    words[2 * count] = high;
    words[2 * count + 1] = low;
    starts[count] = used;
    if (inOrder === count && (count === 0 || compare(words, count - 1, count) <= 0)) inOrder++;
    count++;
    for (let byte = 0; byte !== newline && at < bytes.length; ) {
      byte = bytes[at++]!;
      bytes[used++] = byte;
    }
  }
  const text = Buffer.from(bytes.buffer.transfer(used));
  return { ...sorted(words, starts, count, inOrder), text };
}

/** Symbols of the kernel come in order; only those of modules and BPF programs, behind them, need not. */
function sorted(
  words: Uint32Array,
  starts: Uint32Array,
  count: number,
  inOrder: number,
): Pick<Kallsyms, 'words' | 'starts'> {
  const rest = Array.from({ length: count - inOrder }, (_, nth) => inOrder + nth);
  rest.sort((a, b) => compare(words, a, b));
  const sortedWords = new Uint32Array(2 * count);
  const sortedStarts = new Uint32Array(count);
  for (let index = 0, kernel = 0, other = 0; index < count; index++) {
    const next = rest[other] ?? count;
    const from = kernel < inOrder && (next === count || compare(words, kernel, next) <= 0) ? kernel++ : next;
    if (from === next) other++;
    sortedWords[2 * index] = words[2 * from]!;
    sortedWords[2 * index + 1] = words[2 * from + 1]!;
    sortedStarts[index] = starts[from]!;
  }
  return { words: sortedWords, starts: sortedStarts };
}

function compare(words: Uint32Array, a: number, b: number): number {
  return words[2 * a]! - words[2 * b]! || words[2 * a + 1]! - words[2 * b + 1]!;
}
