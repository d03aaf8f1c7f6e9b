import type { Linked, Pointer } from './signature.ts';
import type { bpfCallSymbols } from './symbols.ts';

/** bpf(2) and its commands (linux/bpf.h). */
const callNumber: Partial<Record<string, number>> = { x64: 321, arm64: 280 };
const commands = {
  lookup: 1,
  update: 2,
  delete: 3,
  getNextKey: 4,
  infoByFd: 15,
  lookupAndDelete: 21,
  lookupBatch: 24,
  lookupAndDeleteBatch: 25,
  updateLink: 29,
  createIterator: 33,
} as const;

export type BpfCalls = Linked<typeof bpfCallSymbols>;

type Memory = Uint8Array | Pointer | null;

/**
 * libbpf's functions that are one system call, without libbpf: who only reads maps need not load it. As there, failing
 * is a negative errno.
 */
export function bpfCalls(native: {
  /** syscall(2) with the arguments of bpf(2). */
  call(number: number, command: number, attr: Uint8Array, size: number): number;
  errno(): number;
  addressOf(buffer: Uint8Array): Pointer;
}): BpfCalls {
  const { call } = native;
  const number = callNumber[process.arch] ?? -1; // ENOSYS elsewhere
  const run = (command: number, attr: Attributes, size: number): number => {
    const result = call(number, command, attr.bytes, size);
    return result < 0 ? -native.errno() : result;
  };

  /** BPF_MAP_*_ELEM: map_fd, key, value or next_key, flags. */
  const element = (
    command: number,
  ): ((fd: number, key: Memory, value: Memory, flags?: number | bigint) => number) => {
    const attr = new Attributes(native.addressOf);
    return (fd, key, value, flags = 0) => {
      attr.words[0] = fd;
      attr.setPointer(2, key);
      attr.setPointer(4, value);
      attr.words[6] = Number(flags);
      return run(command, attr, 32);
    };
  };
  const withoutValue = element(commands.delete);
  const batch = new Attributes(native.addressOf);
  const query = new Attributes(native.addressOf);
  const readBatch =
    (command: number): Linked<typeof bpfCallSymbols>['bpf_map_lookup_batch'] =>
    (fd, inBatch, outBatch, keys, values, count) => {
      for (const [nth, memory] of [inBatch, outBatch, keys, values].entries())
        batch.setPointer(nth * 2, memory);
      const counted = wordAt(count);
      batch.words[8] = counted.getUint32(0, true);
      batch.words[9] = fd;
      const result = run(command, batch, 56);
      counted.setUint32(0, batch.words[8], true);
      return result;
    };

  return {
    bpf_map_lookup_elem: element(commands.lookup),
    bpf_map_lookup_and_delete_elem: element(commands.lookupAndDelete),
    bpf_map_get_next_key: element(commands.getNextKey),
    bpf_map_update_elem: element(commands.update),
    bpf_map_delete_elem: (fd, key) => withoutValue(fd, key, null),
    bpf_map_lookup_batch: readBatch(commands.lookupBatch),
    bpf_map_lookup_and_delete_batch: readBatch(commands.lookupAndDeleteBatch),
    bpf_iter_create(linkFd) {
      query.words.fill(0);
      query.words[0] = linkFd;
      return run(commands.createIterator, query, 8);
    },
    bpf_link_update(linkFd, programFd) {
      query.words.fill(0);
      query.words[0] = linkFd;
      query.words[1] = programFd;
      return run(commands.updateLink, query, 16);
    },
    bpf_obj_get_info_by_fd(fd, info, length) {
      const counted = wordAt(length);
      query.words[0] = fd;
      query.words[1] = counted.getUint32(0, true);
      query.setPointer(2, info);
      const result = run(commands.infoByFd, query, 16);
      counted.setUint32(0, query.words[1], true);
      return result;
    },
  };
}

/** The part of `union bpf_attr` that these commands have. Pointers are 64 bits wide everywhere. */
class Attributes {
  readonly words = new Uint32Array(16);
  readonly bytes = new Uint8Array(this.words.buffer);
  readonly #addressOf: (buffer: Uint8Array) => Pointer;
  /** Whose memory was last at each place, and where it begins: asking takes longer than a walk's other work. */
  readonly #owners: (ArrayBufferLike | undefined)[] = [];
  readonly #starts: number[] = [];

  constructor(addressOf: (buffer: Uint8Array) => Pointer) {
    this.#addressOf = addressOf;
  }

  setPointer(word: number, memory: Memory): void {
    const at = memory === null ? 0 : typeof memory === 'bigint' ? Number(memory) : this.#at(word, memory);
    this.words[word] = at; // modulo 2^32; addresses have 48 bits, or 52
    this.words[word + 1] = at / 2 ** 32;
  }

  #at(word: number, memory: Uint8Array): number {
    const { buffer, byteOffset, length } = memory;
    // What was given away is empty, and no longer where it was.
    if (buffer !== this.#owners[word] || length === 0) {
      this.#owners[word] = buffer;
      this.#starts[word] = Number(this.#addressOf(memory)) - byteOffset;
    }
    return this.#starts[word]! + byteOffset;
  }
}

function wordAt(memory: Memory): DataView {
  const { buffer, byteOffset } = memory as Uint8Array;
  return new DataView(buffer, byteOffset);
}
