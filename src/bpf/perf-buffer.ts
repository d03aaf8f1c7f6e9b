import { ExporterError } from '../errors.ts';
import { describeErrno } from '../native/errno.ts';
import type { Callback, Native } from '../native/library.ts';
import type { Pointer } from '../native/signature.ts';
import type { BpfMap } from './object.ts';

/** Pages of 4 KiB for each CPU: 256 KiB hold some thousand records between two turns of the event loop. */
const pagesPerCpu = 64;

export type PerfBufferEvents = {
  /** The record's bytes, valid during the call; the kernel may have appended padding. */
  onRecord(record: Buffer): void;
  /** Records that the kernel dropped because the buffer was full. */
  onLost(count: number): void;
};

/** Records of a BPF_MAP_TYPE_PERF_EVENT_ARRAY as they arrive, until `close`. */
export class PerfBuffer {
  readonly #native: Native;
  readonly #pointer: Pointer;
  readonly #callbacks: readonly Callback[];
  readonly #poll: { close(): void };
  #closed = false;

  /** Needs CAP_PERFMON. Throws `map_read` with the errno. */
  constructor(native: Native, map: BpfMap, events: PerfBufferEvents) {
    this.#native = native;
    const onRecord = native.callback(
      'void (void *context, int cpu, void *data, uint32_t size)',
      (_context: Pointer, _cpu: number, data: Pointer, size: number) => {
        events.onRecord(native.read(data, size));
        return undefined;
      },
    );
    const onLost = native.callback(
      'void (void *context, int cpu, uint64_t count)',
      (_context: Pointer, _cpu: number, count: number | bigint) => {
        events.onLost(Number(count));
        return undefined;
      },
    );
    this.#callbacks = [onRecord, onLost];
    const pointer = native.bpf.perf_buffer__new(
      map.fd,
      pagesPerCpu,
      onRecord.pointer,
      onLost.pointer,
      null,
      null,
    );
    if (pointer === null) {
      const errno = describeErrno(native.errno());
      for (const callback of this.#callbacks) callback.release();
      throw new ExporterError(
        'map_read',
        `Cannot read perf event array "${map.name}": ${errno}; it needs CAP_PERFMON`,
      );
    }
    this.#pointer = pointer;
    this.#poll = native.onReadable(native.bpf.perf_buffer__epoll_fd(pointer), () => this.consume());
  }

  /** Hands over what is waiting, so that a scrape counts every record made before it. */
  consume(): void {
    if (!this.#closed) this.#native.bpf.perf_buffer__consume(this.#pointer);
  }

  /** Can be called twice. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#poll.close();
    this.#native.bpf.perf_buffer__free(this.#pointer);
    for (const callback of this.#callbacks) callback.release();
  }
}
