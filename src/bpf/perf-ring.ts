import { readSync } from 'node:fs';
import type { Native } from '../native/library.ts';
import { MappedMemory, pageBytes } from './mapped-memory.ts';
import type { PerfOutput } from './perf-output.ts';
import type { RecordRing, TakeRecord } from './record-ring.ts';

// struct perf_event_mmap_page and struct perf_event_header (linux/perf_event.h)
const headAt = 1024;
const tailAt = 1032;
const PERF_RECORD_LOST = 2;
const PERF_RECORD_SAMPLE = 9;
const headerBytes = 8;
/** Behind the header of a sample: the length of its bytes, which the kernel rounds up so that the whole is of 8s. */
const rawSizeBytes = 4;

/**
 * The perf ring of one CPU (Linux 4.4 for BPF programs). A record that wraps is copied; the others are handed over
 * where they are.
 */
export class PerfRing implements RecordRing {
  readonly fd: number;
  readonly size: number;
  readonly #memory: MappedMemory;
  readonly #head: BigUint64Array;
  readonly #tail: BigUint64Array;
  readonly #bytes: Buffer;
  readonly #words: Uint32Array;
  /** A record that wraps, in one piece; the kernel's are below 64 KiB. */
  readonly #whole = Buffer.alloc(1 << 16);
  readonly #countsLost: boolean;
  #position: number;
  #lost = 0;

  /** `name` is the map's, for messages. The descriptor stays its owner's. Throws `map_read`. */
  constructor(native: Native, output: PerfOutput, name: string) {
    const page = pageBytes(native);
    this.fd = output.fd;
    this.size = output.pages * page;
    this.#countsLost = output.countsLost;
    this.#memory = new MappedMemory(native, {
      fd: output.fd,
      length: page + this.size,
      offset: 0,
      writable: true,
      what: `the perf ring of "${name}" for CPU ${output.cpu}`,
    });
    const { buffer } = this.#memory;
    this.#head = new BigUint64Array(buffer, headAt, 1);
    this.#tail = new BigUint64Array(buffer, tailAt, 1);
    this.#bytes = Buffer.from(buffer, page);
    this.#words = new Uint32Array(buffer, page);
    this.#position = Number(Atomics.load(this.#tail, 0));
  }

  get position(): number {
    return this.#position;
  }

  end(): number {
    return this.#head.length === 0 ? this.#position : Number(Atomics.load(this.#head, 0));
  }

  drain(limit: number, take: TakeRecord): number {
    const words = this.#words;
    const bytes = this.#bytes;
    const end = this.end();
    let position = this.#position;
    if (end === position) return 0;
    let seen = 0;
    try {
      while (position < end && seen < limit) {
        const at = position % this.size;
        const type = words[at >> 2]!;
        const size = words[(at >> 2) + 1]! >>> 16;
        if (size < headerBytes) throw new Error(`perf record of ${size} bytes at ${position}`);
        position += size;
        seen++;
        const wraps = at + size > this.size;
        if (wraps) this.#join(at, size);
        const from = wraps ? this.#whole : bytes;
        const content = (wraps ? 0 : at) + headerBytes;
        if (type === PERF_RECORD_SAMPLE) {
          take(from, content + rawSizeBytes, from.readUInt32LE(content));
        } else if (type === PERF_RECORD_LOST && !this.#countsLost) {
          this.#lost += Number(from.readBigUInt64LE(content + 8)); // behind the event's id
        }
      }
    } finally {
      this.#position = position;
      Atomics.store(this.#tail, 0, BigInt(position));
    }
    return seen;
  }

  lost(): number {
    if (this.#countsLost && this.#bytes.length > 0) {
      const counts = Buffer.alloc(16); // the event's own count, and what was lost
      if (readSync(this.fd, counts) === 16) this.#lost = Number(counts.readBigUInt64LE(8));
    }
    return this.#lost;
  }

  close(): void {
    if (this.#bytes.length > 0) this.lost(); // the last word, for who asks later
    this.#memory.close();
  }

  #join(at: number, size: number): void {
    const first = this.#bytes.copy(this.#whole, 0, at);
    this.#bytes.copy(this.#whole, first, 0, size - first);
  }
}
