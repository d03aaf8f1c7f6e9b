import type { Native } from '../native/library.ts';
import { fakeNative } from '../native/native-testing.ts';
import type { Pointer } from '../native/signature.ts';
import type { RecordRing } from './record-ring.ts';

const page = 4096;

/** A kernel for one ring buffer of `size` bytes: its memory, and the records it writes there. */
export function fakeRingBuffer(size: number): FakeRing & { complete(): void } {
  const consumerPage = new ArrayBuffer(page);
  const kernelPages = new ArrayBuffer(page + 2 * size);
  const consumer = new BigUint64Array(consumerPage, 0, 1);
  const producer = new BigUint64Array(kernelPages, 0, 1);
  const data = Buffer.from(kernelPages, page);
  let busyAt = -1;
  const setByte = (at: number, byte: number): void => {
    data[at % size] = byte;
    data[(at % size) + size] = byte;
  };
  const setHeader = (at: number, header: number): void => {
    const bytes = Buffer.alloc(4);
    bytes.writeInt32LE(header | 0);
    for (const [i, byte] of bytes.entries()) setByte(at + i, byte);
  };
  return {
    native: memory([consumerPage, kernelPages]),
    read: () => Number(consumer[0]),
    write(content, flag = 0) {
      const at = Number(producer[0]);
      const step = (8 + content.length + 7) & ~7;
      if (at + step - Number(consumer[0]) > size) return false;
      setHeader(at, content.length | flag);
      for (const [i, byte] of content.entries()) setByte(at + 8 + i, byte);
      if (flag === busy) busyAt = at;
      producer[0] = BigInt(at + step);
      return true;
    },
    complete: () => setHeader(busyAt, data.readInt32LE(busyAt % size) & ~busy),
  };
}

/** Flags of a ring buffer's record: being written, and given up. */
export const busy = 1 << 31;
export const discarded = 1 << 30;

/** A kernel for the perf ring of one CPU. `lose` makes it leave a note that records were lost. */
export function fakePerfRing(size: number): FakeRing & { lose(count: number): void } {
  const pages = new ArrayBuffer(page + size);
  const [head, tail] = [new BigUint64Array(pages, 1024, 1), new BigUint64Array(pages, 1032, 1)];
  const data = Buffer.from(pages, page);
  const put = (type: number, content: Buffer): boolean => {
    const at = Number(head[0]);
    const record = Buffer.concat([Buffer.alloc(8), content]);
    record.writeUInt32LE(type, 0);
    record.writeUInt16LE(record.length, 6);
    if (at + record.length - Number(tail[0]) > size) return false;
    for (const [i, byte] of record.entries()) data[(at + i) % size] = byte;
    head[0] = BigInt(at + record.length);
    return true;
  };
  return {
    native: memory([pages]),
    read: () => Number(tail[0]),
    write(content) {
      const raw = Buffer.alloc((4 + content.length + 7) & ~7);
      raw.writeUInt32LE(raw.length - 4, 0);
      content.copy(raw, 4);
      return put(9, raw);
    },
    lose(count) {
      const note = Buffer.alloc(16);
      note.writeBigUInt64LE(BigInt(count), 8);
      put(2, note);
    },
  };
}

export type FakeRing = {
  readonly native: Native;
  /** How far the reader says it has read. */
  read(): number;
  /** False when it does not fit. */
  write(content: Buffer, flag?: number): boolean;
};

/** Everything that a ring hands over, as text. */
export function drained(ring: RecordRing, limit = 1000): string[] {
  const found: string[] = [];
  ring.drain(limit, (bytes, offset, length) => found.push(bytes.toString('latin1', offset, offset + length)));
  return found;
}

/** Memory that is mapped in this order, over and over. */
function memory(buffers: ArrayBuffer[]): Native {
  let mapped = 0;
  return fakeNative({
    c: {
      sysconf: () => page,
      mmap: () => BigInt((mapped++ % buffers.length) + 1),
      munmap: () => 0,
    },
    view: (pointer: Pointer, length: number) => {
      const buffer = buffers[Number(pointer) - 1];
      if (buffer?.byteLength !== length) throw new Error(`mapping ${pointer} of ${length} bytes`);
      return buffer;
    },
  });
}
