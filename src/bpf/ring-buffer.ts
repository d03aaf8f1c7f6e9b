import type { Native } from '../native/library.ts';
import { MappedMemory, pageBytes } from './mapped-memory.ts';
import type { RecordRing, TakeRecord } from './record-ring.ts';

/** Header of a record: its length with two flags, and an offset that is the kernel's own (linux/bpf.h). */
const headerBytes = 8;

const DISCARD = 1 << 30;

/**
 * A BPF_MAP_TYPE_RINGBUF (Linux 5.8), read in its own memory: Documentation/bpf/ringbuf.rst. The first page holds our
 * position and is ours to write; the next one the kernel's; then come the data, mapped twice in a row so that a record
 * that wraps is still in one piece. Positions are bytes since the map was made and never wrap in practice.
 *
 * The kernel wakes us when it completes the record at our position, so nothing wakes a reader that still has work.
 */
export class RingBuffer implements RecordRing {
  readonly fd: number;
  readonly size: number;
  readonly #consumerPage: MappedMemory;
  readonly #kernelPages: MappedMemory;
  readonly #consumer: BigUint64Array;
  readonly #producer: BigUint64Array;
  /** Both copies of the data. */
  readonly #bytes: Buffer;
  readonly #words: Int32Array;
  #position: number;

  /** `bytes` is the map's max_entries; the descriptor stays its owner's. Throws `map_read`. */
  constructor(native: Native, { fd, name, bytes }: { fd: number; name: string; bytes: number }) {
    const page = pageBytes(native);
    const what = `ring buffer "${name}"`;
    this.fd = fd;
    this.size = bytes;
    this.#consumerPage = new MappedMemory(native, { fd, length: page, offset: 0, writable: true, what });
    try {
      const length = page + 2 * bytes;
      this.#kernelPages = new MappedMemory(native, { fd, length, offset: page, writable: false, what });
    } catch (thrown) {
      this.#consumerPage.close();
      throw thrown;
    }
    const { buffer } = this.#kernelPages;
    this.#consumer = new BigUint64Array(this.#consumerPage.buffer, 0, 1);
    this.#producer = new BigUint64Array(buffer, 0, 1);
    this.#bytes = Buffer.from(buffer, page);
    this.#words = new Int32Array(buffer, page);
    this.#position = Number(Atomics.load(this.#consumer, 0));
  }

  get position(): number {
    return this.#position;
  }

  end(): number {
    return this.#producer.length === 0 ? this.#position : Number(Atomics.load(this.#producer, 0));
  }

  drain(limit: number, take: TakeRecord): number {
    let seen = 0;
    // What arrives meanwhile wakes nobody while our position lags behind: look once more after giving memory back.
    for (let end = this.end(); seen < limit && this.#position < end; end = this.end()) {
      const more = this.#drainTo(end, limit - seen, take);
      if (more === 0) break; // the next record is still being written; its completion wakes us
      seen += more;
    }
    return seen;
  }

  /** A ring buffer does not say; programs may count in a map of their own. */
  lost(): number {
    return 0;
  }

  close(): void {
    this.#consumerPage.close();
    this.#kernelPages.close();
  }

  #drainTo(end: number, limit: number, take: TakeRecord): number {
    const words = this.#words;
    const bytes = this.#bytes;
    const size = this.size;
    const first = this.#position;
    // The kernel need not wait for all of a large backlog.
    const last = Math.min(end, first + Math.max(size / 4, headerBytes));
    let position = first;
    let offset = first % size;
    let seen = 0;
    try {
      while (position < last && seen < limit) {
        const header = Atomics.load(words, offset >> 2); // not before it is complete are its bytes
        if (header < 0) break;
        const length = header & ~DISCARD;
        const start = offset + headerBytes;
        const step = (headerBytes + length + 7) & ~7;
        position += step;
        offset += step;
        if (offset >= size) offset -= size;
        seen++;
        if ((header & DISCARD) === 0) take(bytes, start, length);
      }
    } finally {
      this.#position = position;
      Atomics.store(this.#consumer, 0, BigInt(position)); // plain stores could pass our reads on arm64
    }
    return seen;
  }
}
