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
const chunkSize = 64 * 1024;

/** Reads and sorts a file of lines `ADDRESS TYPE NAME[\t[MODULE]]`. */
export function readKallsyms(path: string): Kallsyms {
  const file = openSync(path, 'r');
  try {
    return sorted(parse((into) => readSync(file, into)));
  } finally {
    closeSync(file);
  }
}

function parse(read: (into: Buffer) => number): Kallsyms {
  const chunk = Buffer.alloc(chunkSize);
  let words = new Uint32Array(2 ** 18);
  let starts = new Uint32Array(2 ** 17);
  let text = new Uint8Array(2 ** 22);
  let count = 0;
  let used = 0;
  let high = 0;
  let low = 0;
  let inAddress = true;
  for (let size = read(chunk); size > 0; size = read(chunk)) {
    if (text.length < used + size) text = grown(text, new Uint8Array(text.length * 2));
    for (let index = 0; index < size; index++) {
      const byte = chunk[index]!;
      if (!inAddress) {
        text[used++] = byte;
        if (byte !== newline) continue;
        inAddress = true;
        high = 0;
        low = 0;
      } else if (byte !== space) {
        high = (high << 4) | (low >>> 28);
        low = (low << 4) | hexDigit(byte);
      } else {
        if (count === starts.length) {
          starts = grown(starts, new Uint32Array(count * 2));
          words = grown(words, new Uint32Array(count * 4));
        }
        starts[count] = used;
        words[2 * count] = high;
        words[2 * count + 1] = low;
        count++;
        inAddress = false;
      }
    }
  }
  return {
    words: words.slice(0, 2 * count),
    starts: starts.slice(0, count),
    text: Buffer.from(text.subarray(0, used)),
  };
}

function hexDigit(byte: number): number {
  return byte <= 0x39 ? byte - 0x30 : (byte & 0x0f) + 9;
}

function grown<T extends Uint8Array | Uint32Array>(old: T, larger: T): T {
  larger.set(old);
  return larger;
}

/** Most symbols come sorted; those of modules, BPF programs and per-CPU variables need not. Array's sort gains from it. */
function sorted({ words, starts, text }: Kallsyms): Kallsyms {
  const order = Array.from(starts.keys());
  order.sort((a, b) => words[2 * a]! - words[2 * b]! || words[2 * a + 1]! - words[2 * b + 1]!);
  const sortedWords = new Uint32Array(words.length);
  const sortedStarts = new Uint32Array(starts.length);
  for (let index = 0; index < order.length; index++) {
    const from = order[index]!;
    sortedWords[2 * index] = words[2 * from]!;
    sortedWords[2 * index + 1] = words[2 * from + 1]!;
    sortedStarts[index] = starts[from]!;
  }
  return { words: sortedWords, starts: sortedStarts, text };
}
