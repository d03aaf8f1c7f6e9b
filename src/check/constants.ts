import { release } from 'node:os';
import { btfKinds as kinds } from '../bpf/btf-table.ts';
import { encodeVariable } from '../bpf/encode-variable.ts';
import type { Config } from '../config/spec.ts';
import { essentialName } from './btf-types.ts';
import { type CoreAnswer, matchCore } from './core-match.ts';
import { type CoreSpec, coreSpec, isQuestion } from './core-spec.ts';
import { type CoreRelocation, coreKinds } from './ext-records.ts';
import type { Kernel } from './kernel.ts';
import type { Extern, ObjectFile } from './object-file.ts';
import type { Place, Surroundings } from './reach.ts';

/** A relocation of the object, and what the kernel says to it; undefined when it was not asked. */
export type AskedRelocation = {
  readonly place: Place;
  readonly spec: CoreSpec;
  readonly answer: CoreAnswer | undefined;
};

/** Asks the kernel everything that the object asks of its types. */
export function askKernel(object: ObjectFile, kernel: Kernel): AskedRelocation[] {
  const { btf } = object;
  if (btf === undefined) return [];
  const known = new Map<string, CoreAnswer>();
  return object.ext.relocations.flatMap((relocation): AskedRelocation[] => {
    const spec = coreSpec(btf.types, relocation);
    if (spec === undefined) return [];
    const place = { section: relocation.section, offset: relocation.offset };
    if (kernel.types === undefined) return [{ place, spec, answer: undefined }];
    const key = keyOf(relocation);
    const answer = known.get(key) ?? matchCore(btf.types, spec, kernel.types);
    known.set(key, answer);
    return [{ place, spec, answer }];
  });
}

function keyOf({ kind, type, path }: CoreRelocation): string {
  return [kind, type, ...path].join();
}

/** What is constant in the programs of an object for a kernel, as its config sets it. */
export function surroundingsOf(
  object: ObjectFile,
  kernel: Kernel,
  asked: readonly AskedRelocation[],
  variables: Config['variables'] = new Map(),
): Surroundings {
  const constants = new Map(asked.map((one) => [placeKey(one.place), constantOf(one)]));
  const sections = new Map<string, Buffer | undefined>();
  const bytesOf = (section: string): Buffer | undefined => {
    if (!sections.has(section)) sections.set(section, withVariables(object, section, variables));
    return sections.get(section);
  };
  return {
    constantAt: (place) => constants.get(placeKey(place)),
    extern(name) {
      const extern = object.externs.find((one) => one.name === name);
      if (extern?.section === '.kconfig') return { section: inKconfig + name, offset: 0 };
      return extern?.weak && !hasExtern(kernel, extern) ? 0n : undefined;
    },
    constant(section, offset, size) {
      if (section.startsWith(inKconfig)) return kconfig(section.slice(inKconfig.length), kernel);
      const bytes = bytesOf(section);
      if (bytes === undefined || offset < 0 || offset + size > bytes.length) return undefined;
      return size === 8 ? bytes.readBigUInt64LE(offset) : BigInt(bytes.readUIntLE(offset, size));
    },
  };
}

/** Whether the kernel has a symbol that a program takes for its own; also when nothing tells. */
export function hasExtern(
  kernel: Kernel,
  { name: named, isFunction }: Pick<Extern, 'name' | 'isFunction'>,
): boolean {
  const name = essentialName(named);
  // Of functions the kernel's BTF decides, of variables its symbols.
  if (isFunction) return kernel.types === undefined || kernel.hasType(name, kinds.function);
  return kernel.hasSymbol(name) !== false;
}

/** In front of the name of a variable that libbpf makes of the kernel's configuration. */
const inKconfig = '.kconfig ';

/** The number of bpf_get_attach_cookie() in `enum bpf_func_id`. */
const getAttachCookie = 174n;

/** What libbpf makes of the externs in `.kconfig`, as far as it can be known here. */
function kconfig(name: string, kernel: Kernel): bigint | undefined {
  switch (name) {
    case 'LINUX_KERNEL_VERSION':
      return kernel.isOwn ? kernelVersion() : undefined;
    case 'LINUX_HAS_BPF_COOKIE':
      return kernel.types === undefined
        ? undefined
        : BigInt(kernel.enumerators('bpf_func_id').has(getAttachCookie));
    case 'LINUX_HAS_SYSCALL_WRAPPER': {
      const there = ['__x64_sys_bpf', '__arm64_sys_bpf'].map(kernel.hasFunction);
      return there.includes(undefined) ? undefined : BigInt(there.includes(true));
    }
    default:
      return undefined;
  }
}

function constantOf({ spec, answer }: AskedRelocation): bigint | 'unknown' {
  if (answer === undefined || spec.kind === coreKinds.typeMatches) return 'unknown';
  if (isQuestion(spec.kind)) return answer.found ? 1n : 0n;
  return (answer.found ? answer.value : undefined) ?? 'unknown';
}

function placeKey({ section, offset }: Place): string {
  return `${offset} ${section}`;
}

/** A section of constants: only .rodata is one that the verifier knows. */
function withVariables(
  object: ObjectFile,
  section: string,
  variables: Config['variables'],
): Buffer | undefined {
  const data = section.startsWith('.rodata') ? object.data(section) : undefined;
  if (data === undefined) return undefined;
  const bytes = Buffer.from(data);
  for (const [name, value] of variables) {
    const variable = object.btf?.shapes.variable(name);
    if (variable?.section !== section) continue;
    const encoded = encodeVariable(variable.type, value);
    if (typeof encoded !== 'string') encoded.copy(bytes, variable.offset);
  }
  return bytes;
}

/** `KERNEL_VERSION(6, 12, 1)`. */
function kernelVersion(): bigint {
  const [, major = 0, minor = 0, patch = 0] = (/^(\d+)\.(\d+)(?:\.(\d+))?/.exec(release()) ?? []).map(Number);
  return BigInt((major << 16) + (minor << 8) + Math.min(patch || 0, 255));
}
