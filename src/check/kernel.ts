import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { release } from 'node:os';
import { basename } from 'node:path';
import { btfKinds as kinds } from '../bpf/btf-table.ts';
import type { BtfTypes } from './btf-types.ts';
import { type KernelTypes, kernelTypesOf, ownKernelTypes } from './kernel-types.ts';

/** The kernel that objects are held against: this machine's, or one of which there is only the BTF. */
export type Kernel = {
  /** For messages: `Linux 6.12.1 of this machine`, `vmlinux.btf`. */
  readonly name: string;
  /** `this kernel`, or the one of the file. */
  readonly it: string;
  readonly isOwn: boolean;
  /** Whether what modules have is known too: of this machine, only loaded ones are. */
  readonly hasAllModules: boolean;
  /** Undefined when it has no BTF. */
  readonly types: KernelTypes | undefined;
  hasType(name: string, kind: number): boolean;
  /** Undefined when nothing tells. */
  hasFunction(name: string): boolean | undefined;
  /** Functions by a pattern with `*` and `?`; undefined when nothing tells. */
  hasFunctionLike(pattern: string): boolean | undefined;
  /** Names of up to three functions or variables that have this one in theirs: `vfs_read.part.0`. */
  namesLike(name: string): readonly string[];
  /** Functions and variables; undefined when nothing tells. */
  hasSymbol(name: string): boolean | undefined;
  /** By its category and name; undefined when nothing tells. */
  hasTracepoint(category: string, name: string): boolean | undefined;
  /** The names of an enumeration of the kernel's by value; empty when there is none. */
  enumerators(name: string): ReadonlyMap<bigint, string>;
};

/** `btfFile`: the BTF of another kernel, or a directory with that and the BTF of its modules. Throws `usage` when it cannot be read. */
export function openKernel(btfFile: string | undefined): Kernel {
  const types = btfFile === undefined ? ownKernelTypes() : kernelTypesOf(btfFile);
  const symbols = btfFile === undefined ? symbolNames() : undefined;
  const hasType = (name: string, kind: number): boolean => some(types, (one) => one.has(name, kind));
  const hasFunction = (name: string): boolean | undefined =>
    symbols?.has(name) ?? (types && hasType(name, kinds.function));
  return {
    name: btfFile ?? `Linux ${release()} of this machine`,
    it: btfFile === undefined ? 'this kernel' : `the kernel of ${basename(btfFile)}`,
    isOwn: btfFile === undefined,
    hasAllModules: btfFile !== undefined && statSync(btfFile).isDirectory(),
    types,
    hasType,
    hasFunction,
    hasFunctionLike(pattern) {
      if (!/[*?]/.test(pattern)) return hasFunction(pattern);
      const text = pattern
        .replaceAll(/[^\w*?]/g, '\\$&')
        .replaceAll('*', '.*')
        .replaceAll('?', '.');
      const like = new RegExp(`^${text}$`);
      if (symbols !== undefined) return [...symbols].some((name) => like.test(name));
      return types && some(types, (one) => one.namesOf(kinds.function).some((name) => like.test(name)));
    },
    namesLike(name) {
      const all = symbols ?? [...(types ?? [])].flatMap((one) => one.namesOf(kinds.function));
      const like: string[] = [];
      for (const one of all) {
        if (
          !one.includes(name) ||
          /^(__(pfx|cfi|bpf|traceiter|probestub|SCT|SCK|ksymtab|kstrtab)|bpf_iter_|trace_event_)/.test(one)
        )
          continue;
        if (like.push(one) === 3) break;
      }
      return like;
    },
    hasSymbol: (name) =>
      symbols?.has(name) ?? (hasType(name, kinds.function) || hasType(name, kinds.variable) || undefined),
    hasTracepoint(category, name) {
      if (btfFile === undefined) {
        const there = tracefsHas(category, name);
        if (there !== undefined) return there;
      }
      if (types === undefined) return undefined;
      const call = /^sys_(?:enter|exit)_(.*)/.exec(name)?.[1];
      if (category !== 'syscalls' || call === undefined) return hasType(`btf_trace_${name}`, kinds.typedef);
      return ['__x64_sys_', '__arm64_sys_', '__se_sys_'].some(
        (prefix) => hasFunction(prefix + call) === true,
      );
    },
    enumerators: (name) => enumeratorsOf(types, name),
  };
}

/** Why what is not found may be there all the same. */
export function moduleReason({ isOwn }: Kernel): string {
  return isOwn ? 'it is in a module that is not loaded' : 'it is in a module';
}

/** Of a number of `enum bpf_func_id`, by this machine's kernel: it may know more of them than the one that is looked at. */
export function ownHelperName(number: number): string | undefined {
  return enumeratorsOf(ownKernelTypes(), 'bpf_func_id').get(BigInt(number));
}

function enumeratorsOf(types: KernelTypes | undefined, name: string): ReadonlyMap<bigint, string> {
  const found = new Map<bigint, string>();
  for (const one of types ?? []) {
    for (const id of one.named(name)) {
      if (one.type(id).kind !== kinds.enum && one.type(id).kind !== kinds.enum64) continue;
      for (const { name, value } of one.enumerators(id)) if (!found.has(value)) found.set(value, name);
      return found;
    }
  }
  return found;
}

function some(types: KernelTypes | undefined, has: (types: BtfTypes) => boolean): boolean {
  for (const one of types ?? []) if (has(one)) return true;
  return false;
}

/** Names are there for everybody, addresses are not. Undefined where the file cannot be read. */
function symbolNames(path = '/proc/kallsyms'): ReadonlySet<string> | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'latin1');
  } catch {
    return undefined;
  }
  const names = new Set<string>();
  for (const [, name] of text.matchAll(/^\S+ \S (\S+)/gm)) names.add(name!);
  return names.size === 0 ? undefined : names;
}

function tracefsHas(category: string, name: string): boolean | undefined {
  for (const events of ['/sys/kernel/tracing/events', '/sys/kernel/debug/tracing/events']) {
    try {
      if (readdirSync(events).length > 0) return existsSync(`${events}/${category}/${name}`);
    } catch {
      // Not mounted, or closed to this user.
    }
  }
  return undefined;
}
