import { ExporterError } from '../errors.ts';
import { describeErrno } from '../native/errno.ts';
import type { Native } from '../native/library.ts';
import type { Pointer } from '../native/signature.ts';
import { Btf } from './btf.ts';
import type { BtfType } from './btf-type.ts';
import type { LibbpfLog } from './libbpf-log.ts';
import { programKinds } from './program-kind.ts';
import { type MachineFacts, readMachineFacts, remedyFor } from './remedy.ts';
import { readLoadFailure, verifierTail } from './verifier-log.ts';

/** A map of a loaded object. The descriptor belongs to the object. */
export type BpfMap = {
  readonly name: string;
  readonly fd: number;
  /** A number of `mapTypes`. */
  readonly type: number;
  /** Bytes. */
  readonly keySize: number;
  /** Bytes of one value; a per-CPU map has one for each possible CPU. */
  readonly valueSize: number;
  readonly maxEntries: number;
  /** What the object's BTF says of key and value; undefined when it says nothing. */
  readonly keyType: BtfType | undefined;
  readonly valueType: BtfType | undefined;
};

/** A program of an object that is in the kernel, not yet attached. */
export type LoadedProgram = {
  readonly name: string;
  readonly section: string;
  readonly fd: number;
  /** `struct bpf_program *`, valid until the object is closed. */
  readonly pointer: Pointer;
  /** False when the section asks not to be attached at start (`SEC("?...")` programs do not even load). */
  readonly autoattach: boolean;
};

/** What every operation on objects needs. */
export type BpfContext = {
  readonly native: Native;
  readonly log: LibbpfLog;
  readonly facts: () => MachineFacts;
};

/** The context of this process; the machine is looked at when something was refused. */
export function createBpfContext(native: Native, log: LibbpfLog): BpfContext {
  let facts: MachineFacts | undefined;
  return {
    native,
    log,
    facts: () => {
      facts ??= readMachineFacts();
      return facts;
    },
  };
}

/** An object file that was parsed and is not in the kernel. `load` or `close` ends it. */
export class OpenedObject {
  readonly path: string;
  readonly #context: BpfContext;
  readonly #pointer: Pointer;
  readonly #btf: Btf | undefined;

  /**
   * Opens NAME.bpf.o. `btfPath` is a kernel's BTF for CO-RE in place of /sys/kernel/btf/vmlinux.
   * Throws `object_open` with libbpf's own reason.
   */
  constructor(context: BpfContext, path: string, btfPath: string | undefined) {
    const { native, log } = context;
    const btfText = btfPath === undefined ? undefined : Buffer.from(`${btfPath}\0`);
    const options = openOptions(btfText === undefined ? 0n : native.addressOf(btfText));
    const { result, warnings } = log.capture(() => native.bpf.bpf_object__open_file(path, options));
    if (result === null) {
      const errno = describeErrno(native.errno());
      throw new ExporterError(
        'object_open',
        `Cannot open ${path}: ${[errno, ...warnings].join('; ')}; it must be an ELF object made by clang -target bpf`,
      );
    }
    this.path = path;
    this.#context = context;
    this.#pointer = result;
    this.#btf = readBtf(native, result);
    for (const program of this.#programs()) this.#setKind(program);
  }

  /**
   * Writes a kernel symbol's address to `const volatile u64 kaddr_SYMBOL`.
   * Throws `symbol_unknown` when the program has no such variable.
   */
  setKernelAddress(symbol: string, address: bigint): void {
    const name = `kaddr_${symbol}`;
    const variable = this.#btf?.variable(name);
    const data = variable && this.#sectionData(variable.section);
    if (data === undefined || variable?.size !== 8 || variable.offset + 8 > data.size) {
      throw new ExporterError(
        'symbol_unknown',
        `Cannot set ${name} of ${this.path}: ${variable === undefined ? 'the object has no such variable' : `it has ${variable.size} bytes`}; kaddrs needs "const volatile u64 ${name}"`,
      );
    }
    const value = Buffer.alloc(8);
    value.writeBigUInt64LE(address);
    this.#context.native.c.memcpy(data.pointer + BigInt(variable.offset), value, 8);
  }

  /**
   * Puts maps and programs into the kernel. The object is closed when that fails.
   * Throws `object_load` with the end of the verifier's log and what to do when the cause is known.
   */
  load(): LoadedObject {
    const { native, log } = this.#context;
    const { result, warnings } = log.capture(() => native.bpf.bpf_object__load(this.#pointer));
    if (result === 0) return new LoadedObject(this.#context, this.#pointer, this.#btf);
    const error = this.#loadError(-result, warnings);
    this.close();
    throw error;
  }

  /** For an object that will not be loaded. */
  close(): void {
    this.#context.native.bpf.bpf_object__close(this.#pointer);
  }

  #programs(): Pointer[] {
    const { bpf } = this.#context.native;
    return walk((previous) => bpf.bpf_object__next_program(this.#pointer, previous));
  }

  /** libbpf knows most section names; for those that it does not, we say what they are. */
  #setKind(program: Pointer): void {
    const { bpf } = this.#context.native;
    const section = bpf.bpf_program__section_name(program) ?? '';
    const kind = programKinds.find(({ pattern }) => pattern.test(section));
    if (kind === undefined) return;
    bpf.bpf_program__set_type(program, kind.type);
    bpf.bpf_program__set_expected_attach_type(program, kind.attachType);
  }

  #sectionData(section: string): { pointer: Pointer; size: number } | undefined {
    const { native } = this.#context;
    const map = walk((previous) => native.bpf.bpf_object__next_map(this.#pointer, previous)).find(
      (candidate) => native.bpf.bpf_map__name(candidate)?.endsWith(section),
    );
    const size = Buffer.alloc(8);
    const data = map === undefined ? null : native.bpf.bpf_map__initial_value(map, size);
    return data === null ? undefined : { pointer: data, size: Number(size.readBigUInt64LE()) };
  }

  #loadError(errno: number, warnings: readonly string[]): ExporterError {
    const { bpf } = this.#context.native;
    const { program, reasons, verifierLog } = readLoadFailure(warnings);
    const pointer = this.#programs().find((candidate) => bpf.bpf_program__name(candidate) === program);
    const remedy = remedyFor(
      {
        errno: describeErrno(errno),
        section: pointer === undefined ? undefined : (bpf.bpf_program__section_name(pointer) ?? undefined),
        typeSupported:
          pointer === undefined || bpf.libbpf_probe_bpf_prog_type(bpf.bpf_program__type(pointer), null) !== 0,
        log: warnings.join('\n'),
      },
      this.#context.facts(),
    );
    const lines = [
      `Cannot load ${this.path}${program === undefined ? '' : `, program "${program}"`}: ${describeErrno(errno)}`,
      ...reasons.map((reason) => `  libbpf: ${reason}`),
      ...(verifierLog.length > 0 ? ['  The end of the verifier log:', verifierTail(verifierLog)] : []),
      ...(remedy === undefined ? [] : [`  What to do: ${remedy}`]),
    ];
    return new ExporterError('object_load', lines.join('\n'), { cause: { warnings } });
  }
}

/** An object whose maps and programs are in the kernel, until `close`. */
export class LoadedObject {
  readonly maps: readonly BpfMap[];
  readonly programs: readonly LoadedProgram[];
  readonly #context: BpfContext;
  #pointer: Pointer | undefined;

  constructor(context: BpfContext, pointer: Pointer, btf: Btf | undefined) {
    const { bpf } = context.native;
    this.#context = context;
    this.#pointer = pointer;
    this.maps = walk((previous) => bpf.bpf_object__next_map(pointer, previous)).map((map) => ({
      name: bpf.bpf_map__name(map) ?? '',
      fd: bpf.bpf_map__fd(map),
      type: bpf.bpf_map__type(map),
      keySize: bpf.bpf_map__key_size(map),
      valueSize: bpf.bpf_map__value_size(map),
      maxEntries: bpf.bpf_map__max_entries(map),
      keyType: typeOf(btf, bpf.bpf_map__btf_key_type_id(map)),
      valueType: typeOf(btf, bpf.bpf_map__btf_value_type_id(map)),
    }));
    this.programs = walk((previous) => bpf.bpf_object__next_program(pointer, previous))
      .filter((program) => bpf.bpf_program__autoload(program))
      .map((program) => ({
        name: bpf.bpf_program__name(program) ?? '',
        section: bpf.bpf_program__section_name(program) ?? '',
        fd: bpf.bpf_program__fd(program),
        pointer: program,
        autoattach: bpf.bpf_program__autoattach(program),
      }));
  }

  /** Takes everything out of the kernel again, but what is still attached. Can be called twice. */
  close(): void {
    if (this.#pointer === undefined) return;
    this.#context.native.bpf.bpf_object__close(this.#pointer);
    this.#pointer = undefined;
  }
}

/** `struct bpf_object_open_opts` (bpf/libbpf.h, 64 bit): only its size and `btf_custom_path` are set. */
function openOptions(btfCustomPath: Pointer): Buffer {
  const options = Buffer.alloc(80);
  options.writeBigUInt64LE(BigInt(options.length), 0);
  options.writeBigUInt64LE(btfCustomPath, 48);
  return options;
}

function readBtf(native: Native, object: Pointer): Btf | undefined {
  const btf = native.bpf.bpf_object__btf(object);
  const size = Buffer.alloc(4);
  const raw = btf === null ? null : native.bpf.btf__raw_data(btf, size);
  return raw === null ? undefined : new Btf(native.read(raw, size.readUInt32LE()));
}

/** Number 0 is void: the map has no type there. */
function typeOf(btf: Btf | undefined, id: number): BtfType | undefined {
  return id === 0 ? undefined : btf?.type(id);
}

function walk(next: (previous: Pointer | null) => Pointer | null): Pointer[] {
  const found: Pointer[] = [];
  for (let item = next(null); item !== null; item = next(item)) found.push(item);
  return found;
}
