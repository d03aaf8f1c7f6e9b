import { ExporterError } from '../errors.ts';
import type { Native } from '../native/library.ts';
import type { Pointer } from '../native/signature.ts';
import { Btf } from './btf.ts';
import { type BtfType, declaration } from './btf-type.ts';
import type { BpfContext } from './context.ts';
import { encodeVariable, type VariableText } from './encode-variable.ts';
import { missingTarget, notAttached, reasonToLeaveOut } from './leave-out.ts';
import { loadError } from './load-error.ts';
import { type LeftOutProgram, LoadedObject, type MapTypes, walk } from './loaded-object.ts';
import { mapTypes } from './map-types.ts';
import { checkObjectFile } from './object-check.ts';
import { refused } from './refusal.ts';
import { type Section, sectionOf } from './sections.ts';

/** An object file that was parsed and is not in the kernel. `load` or `close` ends it. */
export class OpenedObject {
  readonly path: string;
  readonly #context: BpfContext;
  readonly #btfPath: string | undefined;
  readonly #btf: Btf | undefined;
  readonly #leftOut: LeftOutProgram[] = [];
  #pointer: Pointer | undefined;

  private constructor(
    context: BpfContext,
    opened: { path: string; btfPath: string | undefined; pointer: Pointer; btf: Btf | undefined },
  ) {
    this.#context = context;
    this.path = opened.path;
    this.#btfPath = opened.btfPath;
    this.#btf = opened.btf;
    this.#pointer = opened.pointer;
  }

  /**
   * Opens NAME.bpf.o. `btfPath` is a kernel's BTF for CO-RE in place of /sys/kernel/btf/vmlinux.
   * Throws `object_open` with what is wrong with the file, or libbpf's own reason, and what to do when the cause is known.
   */
  static open(context: BpfContext, path: string, btfPath: string | undefined): OpenedObject {
    checkObjectFile(path);
    const { native, log } = context;
    const btfText = btfPath === undefined ? undefined : Buffer.from(`${btfPath}\0`);
    const options = openOptions(btfText === undefined ? 0n : native.addressOf(btfText));
    const { result, warnings } = log.capture(() => native.bpf.bpf_object__open_file(path, options));
    if (result === null) {
      const errno = native.errno();
      throw refused(context, { code: 'object_open', operation: 'open', object: path, errno, warnings });
    }
    return new OpenedObject(context, { path, btfPath, pointer: result, btf: readBtf(native, result) });
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
   * Writes what a global variable is to be when the programs first run. Throws `variable` when the object has no such
   * variable, or one of another type.
   */
  setVariable(name: string, value: VariableText): void {
    const refusal = (why: string): ExporterError =>
      new ExporterError('variable', `Cannot set variable "${name}" of ${this.path}: ${why}`);
    const variable = this.#btf?.variable(name);
    const data = variable && this.#sectionData(variable.section);
    if (data === undefined || variable === undefined || variable.offset + variable.size > data.size) {
      throw refusal(
        'the object has no such global variable; "const volatile" keeps it where it can be found',
      );
    }
    const bytes = encodeVariable(variable.type, value);
    if (typeof bytes === 'string') {
      throw refusal(
        `it is ${declaration({ name, bitOffset: 0, bitSize: variable.type.size * 8, type: variable.type })}; ${bytes} is needed`,
      );
    }
    if (bytes.length !== variable.size)
      throw refusal(`it has ${variable.size} bytes, its type ${bytes.length}`);
    this.#context.native.c.memcpy(data.pointer + BigInt(variable.offset), bytes, bytes.length);
  }

  /**
   * Sets how many entries a map has room for; of a ring buffer its bytes, which become a power of two of pages. A map
   * that is not there is left to whoever looks at the maps of the loaded object.
   */
  setMaxEntries(name: string, maxEntries: number): void {
    const { bpf } = this.#context.native;
    const map = this.#maps().find((candidate) => bpf.bpf_map__name(candidate) === name);
    if (map !== undefined) bpf.bpf_map__set_max_entries(map, maxEntries);
  }

  /**
   * Puts maps and programs into the kernel, but for those that it or libbpf cannot know. Ends the object, also when that
   * fails. Throws `object_load` with what the verifier said and what to do when the cause is known.
   */
  load(): LoadedObject {
    const { native, log } = this.#context;
    const pointer = this.#open;
    this.#leaveOutUnknown();
    // Before: of a map that the kernel took only without its types, an array with a struct for key, libbpf forgets them.
    const types = this.#takeTypes();
    const { result, warnings } = log.capture(() => native.bpf.bpf_object__load(pointer));
    if (result === 0) {
      this.#pointer = undefined; // it is the loaded object's now
      return new LoadedObject(this.#context, { pointer, types, leftOut: this.#leftOut });
    }
    const error = loadError(this.#context, {
      path: this.path,
      btfPath: this.#btfPath,
      errno: -result,
      warnings,
      programs: this.#programs(),
      maps: this.#maps(),
    });
    this.close();
    throw error;
  }

  /** Of those that are to be loaded: numbers of `programTypes`. */
  get programTypes(): readonly number[] {
    const { bpf } = this.#context.native;
    return this.#programs()
      .filter((program) => bpf.bpf_program__autoload(program))
      .map((program) => {
        const { kind } = sectionOf(bpf.bpf_program__section_name(program) ?? '');
        return kind?.type ?? bpf.bpf_program__type(program);
      });
  }

  /** For an object that will not be loaded. Can be called twice, and when it was loaded. */
  close(): void {
    if (this.#pointer === undefined) return;
    this.#context.native.bpf.bpf_object__close(this.#pointer);
    this.#pointer = undefined;
  }

  get #open(): Pointer {
    if (this.#pointer === undefined) throw new Error(`${this.path} was loaded or closed`);
    return this.#pointer;
  }

  #programs(): Pointer[] {
    const { bpf } = this.#context.native;
    return walk((previous) => bpf.bpf_object__next_program(this.#open, previous));
  }

  #maps(): Pointer[] {
    const { bpf } = this.#context.native;
    return walk((previous) => bpf.bpf_object__next_map(this.#open, previous));
  }

  /**
   * The types of maps. A definition may name the type of records as that of the value, of which the kernel knows nothing:
   * such a map gets the size that it wants.
   */
  #takeTypes(): MapTypes[] {
    const { bpf } = this.#context.native;
    return this.#maps().map((map) => {
      const keyType = typeOf(this.#btf, bpf.bpf_map__btf_key_type_id(map));
      const valueType = typeOf(this.#btf, bpf.bpf_map__btf_value_type_id(map));
      const size = recordMapValueBytes.get(bpf.bpf_map__type(map));
      if (size !== undefined && valueType !== undefined) bpf.bpf_map__set_value_size(map, size);
      return { keyType, valueType };
    });
  }

  /**
   * Leaves out programs whose sections name what this kernel's BTF lacks: libbpf fails the whole object for one. False when
   * there is none. Reads the kernel's types, which takes longer than most objects take to load.
   */
  leaveOutMissingTargets(): boolean {
    return this.#leaveOut(({ section }) => missingTarget(section, this.#context.kernelTypes));
  }

  /** Gives programs the types that libbpf does not know by their sections, and leaves out those that nobody knows. */
  #leaveOutUnknown(): void {
    const { bpf } = this.#context.native;
    this.#leaveOut(({ section, program }) => {
      if (section.kind?.attachType !== undefined) {
        bpf.bpf_program__set_type(program, section.kind.type);
        bpf.bpf_program__set_expected_attach_type(program, section.kind.attachType);
      }
      return reasonToLeaveOut({ section, type: bpf.bpf_program__type(program) }, this.#context.native);
    });
  }

  #leaveOut(reasonOf: (program: { section: Section; program: Pointer }) => string | undefined): boolean {
    const { bpf } = this.#context.native;
    const before = this.#leftOut.length;
    for (const program of this.#programs()) {
      if (!bpf.bpf_program__autoload(program)) continue;
      const name = bpf.bpf_program__name(program) ?? '';
      const section = sectionOf(bpf.bpf_program__section_name(program) ?? '');
      const reason = reasonOf({ section, program });
      if (reason === undefined) continue;
      bpf.bpf_program__set_autoload(program, false);
      this.#leftOut.push({ name, section: section.text, error: notAttached(name, section.text, reason) });
    }
    return this.#leftOut.length > before;
  }

  #sectionData(section: string): { pointer: Pointer; size: number } | undefined {
    const { native } = this.#context;
    const map = this.#maps().find((candidate) => native.bpf.bpf_map__name(candidate)?.endsWith(section));
    const size = Buffer.alloc(8);
    const data = map === undefined ? null : native.bpf.bpf_map__initial_value(map, size);
    return data === null ? undefined : { pointer: data, size: Number(size.readBigUInt64LE()) };
  }
}

/** What the kernel wants as the size of the values of maps that take records. */
export const recordMapValueBytes: ReadonlyMap<number, number> = new Map([
  [mapTypes.ringbuf, 0],
  [mapTypes.perf_event_array, 4],
]);

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
