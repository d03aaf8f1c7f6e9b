import type { Kallsyms } from './kallsyms.ts';

const newline = 0x0a;
const tab = 0x09;
const textTypes: readonly number[] = Array.from('tTwW', (type) => type.charCodeAt(0));
/** Symbols in text sections that name the end of one, and so cover nothing. */
const endMarkers: readonly string[] = ['_etext', '_einittext'];
/**
 * How far past its address a symbol can reach. kallsyms has no sizes, so a symbol ends where the next begins; this bounds
 * the last one of the kernel, of a module or of a BPF program. The largest functions are some 100 KiB.
 */
const reach = 2 ** 20;

/** Look-ups in the symbols of /proc/kallsyms. A symbol is given as the file has it: `NAME`, or `NAME<TAB>[MODULE]`. */
export class SymbolTable {
  readonly #words: Uint32Array;
  readonly #starts: Uint32Array;
  readonly #text: Buffer;

  constructor({ words, starts, text }: Kallsyms) {
    this.#words = words;
    this.#starts = starts;
    this.#text = text;
  }

  static readonly empty: SymbolTable = new SymbolTable({
    words: new Uint32Array(),
    starts: new Uint32Array(),
    text: Buffer.alloc(0),
  });

  get byteLength(): number {
    return this.#words.byteLength + this.#starts.byteLength + this.#text.byteLength;
  }

  /** Whether the kernel shows every address as zero, as it does to those it does not trust. */
  get hidden(): boolean {
    return this.#starts.length > 0 && this.#words.every((word) => word === 0);
  }

  /** The symbol at exactly this address; of several, the first in the file's order. */
  at(address: bigint): string | undefined {
    const [high, low] = halves(address);
    const index = this.#firstNotBelow(high, low);
    const found = index < this.#starts.length && this.#distance(index, high, low) === 0;
    return found ? this.#symbol(index) : undefined;
  }

  /** The nearest symbol at or below the address when it is code and reaches that far; of several, as `at`. */
  covering(address: bigint): string | undefined {
    const [high, low] = halves(address);
    const next = this.#firstNotBelow(high, low + 1);
    const last = next - 1;
    if (last < 0 || this.#distance(last, high, low) >= reach) return undefined;
    let first = last;
    while (first > 0 && this.#sameAddress(first - 1, last)) first--;
    for (let index = first; index < next; index++) {
      if (!textTypes.includes(this.#text[this.#starts[index]!]!)) continue;
      const symbol = this.#symbol(index);
      if (!endMarkers.includes(symbol)) return symbol;
    }
    return undefined;
  }

  /** The address of the first symbol of that name in the file's order, whatever its type and module. */
  addressOf(name: string): bigint | undefined {
    const needle = Buffer.from(` ${name}`);
    for (let at = this.#text.indexOf(needle); at !== -1; at = this.#text.indexOf(needle, at + 1)) {
      const after = this.#text[at + needle.length];
      if (after === newline || after === tab) return this.#address(this.#starts.indexOf(at - 1));
    }
    return undefined;
  }

  equals(other: SymbolTable): boolean {
    return (
      this.#text.equals(other.#text) &&
      Buffer.from(this.#words.buffer).equals(Buffer.from(other.#words.buffer)) &&
      Buffer.from(this.#starts.buffer).equals(Buffer.from(other.#starts.buffer))
    );
  }

  #firstNotBelow(high: number, low: number): number {
    let from = 0;
    let to = this.#starts.length;
    while (from < to) {
      const middle = (from + to) >>> 1;
      if (this.#distance(middle, high, low) > 0) from = middle + 1;
      else to = middle;
    }
    return from;
  }

  /** How far an address is past a symbol; exact below 2^53, and of the right sign always. */
  #distance(index: number, high: number, low: number): number {
    return (high - this.#words[2 * index]!) * 2 ** 32 + (low - this.#words[2 * index + 1]!);
  }

  #address(index: number): bigint {
    return (BigInt(this.#words[2 * index]!) << 32n) | BigInt(this.#words[2 * index + 1]!);
  }

  #sameAddress(one: number, other: number): boolean {
    const words = this.#words;
    return words[2 * one] === words[2 * other] && words[2 * one + 1] === words[2 * other + 1];
  }

  #symbol(index: number): string {
    const start = this.#starts[index]! + 2;
    return this.#text.toString('latin1', start, this.#text.indexOf(newline, start));
  }
}

function halves(address: bigint): [high: number, low: number] {
  return [Number(address >> 32n), Number(address & 0xffffffffn)];
}
