import type { Callback, Native } from '../native/library.ts';

/** `enum libbpf_print_level` (bpf/libbpf.h). */
const levels = ['warn', 'info', 'debug'] as const;
export type LibbpfLevel = (typeof levels)[number];

/**
 * libbpf's log, line by line. There is one for the process, as libbpf has one print function.
 * While `capture` runs, warnings go to the caller: they say why an operation failed, and belong into its error.
 */
export class LibbpfLog {
  readonly #native: Native;
  readonly #callback: Callback;
  readonly #sink: (level: LibbpfLevel, line: string) => void;
  readonly #wanted: (level: LibbpfLevel) => boolean;
  readonly #text = Buffer.alloc(4096);
  #captured: string[] | undefined;
  #closed = false;

  private constructor(
    native: Native,
    sink: (level: LibbpfLevel, line: string) => void,
    wanted: (level: LibbpfLevel) => boolean,
  ) {
    this.#native = native;
    this.#sink = sink;
    this.#wanted = wanted;
    this.#callback = native.callback(
      'int (int level, void *format, void *arguments)',
      (level: number, format: bigint, args: bigint) => this.#print(level, format, args),
    );
  }

  /** From now on libbpf prints into `sink`, but for levels that are not wanted, until `close`. */
  static open(
    native: Native,
    sink: (level: LibbpfLevel, line: string) => void,
    wanted: (level: LibbpfLevel) => boolean = () => true,
  ): LibbpfLog {
    const log = new LibbpfLog(native, sink, wanted);
    native.bpf.libbpf_set_print(log.#callback.pointer);
    return log;
  }

  /** Runs a native operation; `warnings` are the lines libbpf printed at level warn meanwhile, without its prefix. */
  capture<T>(operation: () => T): { result: T; warnings: readonly string[] } {
    const warnings: string[] = [];
    this.#captured = warnings;
    try {
      return { result: operation(), warnings };
    } finally {
      this.#captured = undefined;
    }
  }

  /** libbpf prints to nobody afterwards. Can be called twice. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#native.bpf.libbpf_set_print(null);
    this.#callback.release();
  }

  /**
   * A va_list is an address on both x86_64 and arm64 by the time it is a parameter, so C can format it for us. That uses
   * the list up (24 and 32 bytes), so the first try gets a copy: a verifier's log can be megabytes, and its end matters.
   */
  #print(level: number, format: bigint, args: bigint): number {
    const { c } = this.#native;
    const name = levels[level] ?? 'debug';
    const captured = level === 0 ? this.#captured : undefined;
    if (captured === undefined && !this.#wanted(name)) return 0; // a hundred lines for most objects
    let buffer = this.#text;
    const length = c.vsnprintf(buffer, buffer.length, format, this.#native.read(args, 32));
    if (length >= buffer.length) {
      buffer = Buffer.alloc(length + 1);
      c.vsnprintf(buffer, buffer.length, format, args);
    }
    const text = buffer.toString('utf8', 0, length);
    for (const line of text.split('\n')) {
      const bare = line.replace(/^libbpf: /, '').trimEnd();
      if (bare === '') continue;
      if (captured !== undefined) captured.push(bare);
      else this.#sink(name, bare);
    }
    return length;
  }
}
