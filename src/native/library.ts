import type { LibraryHandle } from 'koffi';
import { ExporterError, messageOf } from '../errors.ts';
import { type BpfCalls, bpfCalls } from './bpf-calls.ts';
import { type Koffi, loadKoffi } from './koffi.ts';
import type { Linked, Pointer } from './signature.ts';
import { laterLibbpfSymbols, libbpfSymbols, libcSymbols } from './symbols.ts';

type Libbpf = Linked<typeof libbpfSymbols> & Linked<typeof laterLibbpfSymbols>;

export type Native = {
  /** libbpf, which is loaded when the first function that is more than a system call is asked for. */
  readonly bpf: Libbpf & BpfCalls;
  readonly c: Linked<typeof libcSymbols>;
  /** The calling thread's errno, as the last call of this table left it. */
  errno(): number;
  /** Where a buffer's bytes are; valid while the buffer is referenced. */
  addressOf(buffer: Uint8Array): Pointer;
  /** A copy of `length` bytes of C memory. */
  read(pointer: Pointer, length: number): Buffer;
  /** C memory itself, not a copy: to be detached (`transfer(0)`) before C takes it back. */
  view(pointer: Pointer, length: number): ArrayBuffer;
  /** The zero-terminated text at an address. */
  text(pointer: Pointer): string;
  /** Makes a function of a prototype like those of the tables that C may call on this thread until `release`. */
  callback(prototype: string, fn: (...args: never[]) => number | undefined): Callback;
  /** Calls back whenever the descriptor is readable, until `close`; does not keep the process alive. */
  onReadable(fd: number, fn: () => void): ReadableWatch;
};

/** A descriptor that is watched, but for the time between `pause` and `resume`. */
export type ReadableWatch = { pause(): void; resume(): void; close(): void };

export type Callback = { readonly pointer: Pointer; release(): void };

let native: Native | undefined;

/** By its name, which the loader of shared libraries looks for. */
const installedLibbpf = 'libbpf.so.1';

/**
 * The C library and, when it is first needed, libbpf: that of the system, or the file that the first call names. That
 * throws `object_open` when there is none.
 */
export function openNative(libbpf = installedLibbpf): Native {
  native ??= load(libbpf);
  return native;
}

function load(libbpf: string): Native {
  const koffi = loadKoffi();
  const c = link(koffi.load(null), libcSymbols);
  const errno = (): number => koffi.errno();
  const addressOf = (buffer: Uint8Array): Pointer => koffi.address(buffer);
  return {
    bpf: withLibbpf(bpfCalls({ call: c.syscall$bpf, errno, addressOf }), () =>
      linkLibbpf(loadLibbpf(koffi, libbpf)),
    ),
    c,
    errno,
    addressOf,
    read(pointer, length) {
      const bytes = Buffer.allocUnsafe(length);
      c.memcpy(bytes, pointer, length);
      return bytes;
    },
    view: (pointer, length) => koffi.view(pointer, length),
    text: (pointer) => koffi.decode.string(pointer),
    callback(prototype, fn) {
      const pointer = koffi.register(fn, koffi.pointer(koffi.proto(prototype)));
      return { pointer, release: () => koffi.unregister(pointer) };
    },
    onReadable(fd, fn) {
      const handle = koffi.node.poll(fd, { readable: true }, () => fn());
      handle.unref();
      return {
        pause: () => handle.stop(),
        resume: () => handle.start({ readable: true }, () => fn()),
        close: () => handle.close(),
      };
    },
  };
}

/** The object whose other functions are there as soon as one of them is asked for. */
function withLibbpf(calls: BpfCalls, load: () => Libbpf): Native['bpf'] {
  const bpf = { ...calls };
  for (const name of Object.keys({ ...libbpfSymbols, ...laterLibbpfSymbols })) {
    Object.defineProperty(bpf, name, {
      enumerable: true,
      configurable: true,
      get() {
        const linked = load();
        for (const [each, value] of Object.entries(linked)) Object.defineProperty(bpf, each, { value });
        return linked[name as keyof typeof linked];
      },
    });
  }
  return bpf as Native['bpf'];
}

function loadLibbpf(koffi: Koffi, libbpf: string): LibraryHandle {
  try {
    return koffi.load(libbpf);
  } catch (cause) {
    const needed =
      libbpf === installedLibbpf
        ? 'install libbpf 1.1 or newer (Debian: libbpf1), or name one with --libbpf.path'
        : '--libbpf.path needs the shared library of libbpf 1.1 or newer, for this machine';
    throw new ExporterError('object_open', `Cannot load ${libbpf} (${messageOf(cause)}); ${needed}`, {
      cause,
    });
  }
}

function linkLibbpf(lib: LibraryHandle): Libbpf {
  return { ...link(lib, libbpfSymbols), ...linkOrRefuse(lib, laterLibbpfSymbols) };
}

function linkOrRefuse<Table extends Record<string, string>>(lib: LibraryHandle, table: Table): Linked<Table> {
  const linked = Object.entries(table).map(([name, prototype]) => {
    try {
      return [name, link(lib, { [name]: prototype })[name]];
    } catch {
      const refuse = (): never => {
        throw new ExporterError('not_supported', `This libbpf has no ${name}; a newer one is needed`);
      };
      return [name, refuse];
    }
  });
  return Object.fromEntries(linked);
}

function link<Table extends Record<string, string>>(lib: LibraryHandle, table: Table): Linked<Table> {
  const linked: Record<string, unknown> = {};
  for (const [name, prototype] of Object.entries(table)) {
    const [symbol] = name.split('$');
    linked[name] = lib.func(prototype.replace('(', `${symbol}(`));
  }
  return linked as Linked<Table>;
}
