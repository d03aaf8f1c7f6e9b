import type { ExporterError } from '../errors.ts';
import type { Pointer } from '../native/signature.ts';
import type { BtfType } from './btf-type.ts';
import type { BpfContext } from './context.ts';

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
  /** What the object's BTF says of key and value, or of records; undefined when it says nothing. */
  readonly keyType: BtfType | undefined;
  readonly valueType: BtfType | undefined;
};

export type MapTypes = Pick<BpfMap, 'keyType' | 'valueType'>;

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

/** A program that was left out before loading: libbpf or the kernel would have refused the whole object for it. */
export type LeftOutProgram = Pick<LoadedProgram, 'name' | 'section'> & { readonly error: ExporterError };

/** An object whose maps and programs are in the kernel, until `close`. */
export class LoadedObject {
  readonly maps: readonly BpfMap[];
  readonly programs: readonly LoadedProgram[];
  readonly leftOut: readonly LeftOutProgram[];
  readonly #context: BpfContext;
  #pointer: Pointer | undefined;

  constructor(
    context: BpfContext,
    loaded: { pointer: Pointer; types: readonly MapTypes[]; leftOut: readonly LeftOutProgram[] },
  ) {
    const { bpf } = context.native;
    const { pointer, types, leftOut } = loaded;
    this.#context = context;
    this.#pointer = pointer;
    this.leftOut = leftOut;
    this.maps = walk((previous) => bpf.bpf_object__next_map(pointer, previous)).map((map, i) => ({
      name: bpf.bpf_map__name(map) ?? '',
      fd: bpf.bpf_map__fd(map),
      type: bpf.bpf_map__type(map),
      keySize: bpf.bpf_map__key_size(map),
      valueSize: bpf.bpf_map__value_size(map),
      maxEntries: bpf.bpf_map__max_entries(map),
      keyType: types[i]?.keyType,
      valueType: types[i]?.valueType,
    }));
    const programs = walk((previous) => bpf.bpf_object__next_program(pointer, previous)).filter((program) =>
      bpf.bpf_program__autoload(program),
    );
    for (const program of programs) context.loadedTypes.add(bpf.bpf_program__type(program));
    this.programs = programs.map((program) => ({
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

/** What libbpf's functions give one after the other. */
export function walk(next: (previous: Pointer | null) => Pointer | null): Pointer[] {
  const found: Pointer[] = [];
  for (let item = next(null); item !== null; item = next(item)) found.push(item);
  return found;
}
