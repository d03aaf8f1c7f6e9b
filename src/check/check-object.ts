import { relative } from 'node:path';
import { mapTypeName } from '../bpf/map-types.ts';
import { mapRemedy } from '../bpf/remedy.ts';
import type { Problem } from '../config/problem.ts';
import type { Config } from '../config/spec.ts';
import { hookProblem } from './check-hook.ts';
import { missingTypes } from './check-types.ts';
import { askKernel, hasExtern, surroundingsOf } from './constants.ts';
import { type Kernel, ownHelperName } from './kernel.ts';
import type { Extern, ObjectFile, ObjectProgram } from './object-file.ts';
import type { ObjectMap } from './object-maps.ts';
import { type Place, type Reached, reach } from './reach.ts';

type Settings = Pick<Config, 'maps' | 'variables'>;
type CodeFinding = { readonly at: Place; readonly message: string };
/** No program and no place: of the object as a whole. */
type ProgramFinding = {
  readonly program: ObjectProgram | undefined;
  readonly at: Place | undefined;
  readonly message: string;
};

const mostListed = 3;

/** What is wrong with the programs and maps of an object, for a kernel. */
export function objectProblems(
  object: ObjectFile,
  maps: readonly ObjectMap[],
  kernel: Kernel,
  settings: Settings | undefined,
): Problem[] {
  const asked = askKernel(object, kernel);
  const around = surroundingsOf(object, kernel, asked, settings?.variables);
  const walks = object.programs
    .filter(({ autoload }) => autoload)
    .map((program) => {
      const start = { section: program.code, offset: program.offset };
      return { program, start, reached: reach(object, start, around) };
    });
  const found = walks.flatMap(({ program, start, reached }): ProgramFinding[] => {
    const hook = hookProblem(program.section, kernel);
    const own = [
      ...(hook === undefined ? [] : [{ at: start, message: hook }]),
      ...missingTypes(asked, reached, kernel),
      ...missingHelpers(reached, kernel),
    ];
    return own.map((finding) => ({ program, ...finding }));
  });
  for (const extern of object.externs) {
    const message = externProblem(extern, kernel);
    if (message === undefined) continue;
    const users = walks.flatMap(({ program, reached }) => {
      const at = reached.externs.get(extern.name);
      return at === undefined ? [] : [{ program, at, message }];
    });
    found.push(...(users.length > 0 ? users : [{ program: undefined, at: undefined, message }]));
  }
  return [...maps.flatMap((map) => mapProblem(object, map, kernel, settings)), ...tellOnce(object, found)];
}

/** One problem for all programs that have it. */
function tellOnce(object: ObjectFile, found: readonly ProgramFinding[]): Problem[] {
  const byMessage = Map.groupBy(found, ({ message }) => message);
  return [...byMessage.values()].map(([first, ...others]) => problemAt(object, first!, others));
}

/** At the line of the source that an instruction was made of, or at the object when that is not known. */
function problemAt(
  object: ObjectFile,
  { program, at, message }: ProgramFinding,
  others: readonly ProgramFinding[],
): Problem {
  const more = others.length === 0 ? '' : ` and ${others.length} more (${listed(others)})`;
  const text =
    program === undefined ? message : `program "${program.name}" (${program.section})${more}: ${message}`;
  const line = at && object.ext.lineOf(at.section, at.offset);
  if (line === undefined) return { file: object.path, message: text };
  const inside = relative('.', line.file);
  const file = inside.startsWith('..') ? line.file : inside;
  return { file, line: line.line, column: Math.max(1, line.column), message: text };
}

function listed(findings: readonly ProgramFinding[]): string {
  const sections = findings.slice(0, mostListed).map(({ program }) => program?.section);
  return [...sections, ...(findings.length > mostListed ? ['...'] : [])].join(', ');
}

function missingHelpers({ helpers }: Reached, kernel: Kernel): CodeFinding[] {
  const known = kernel.enumerators('bpf_func_id');
  if (known.size === 0) return [];
  return [...helpers].flatMap(([number, at]) => {
    if (known.has(BigInt(number)) && number > 0) return [];
    return [
      {
        at,
        message: `${kernel.it} has no BPF helper ${helperName(number)}; a newer kernel, or a program that does without, is needed`,
      },
    ];
  });
}

/** By this machine's kernel, which may know more of them than the one that is looked at. */
function helperName(number: number): string {
  const name = ownHelperName(number);
  return name === undefined ? `number ${number}` : `bpf_${name.replace('BPF_FUNC_', '')}()`;
}

function externProblem(extern: Extern, kernel: Kernel): string | undefined {
  const { name, section, isFunction, weak } = extern;
  if (section === '.kconfig') return undefined;
  if (section === undefined) {
    return `a BPF program cannot call ${name}() of a library; a function of its own, a helper of <bpf/bpf_helpers.h>, or one of clang's __builtin_ functions with a constant size is needed`;
  }
  if (weak || hasExtern(kernel, extern)) return undefined;
  const what = isFunction ? `kernel function ${name}() for BPF programs` : `symbol ${name}`;
  return `${kernel.it} has no ${what}, and the object does not load without it; declare it __weak and ask bpf_ksym_exists(${name}) first`;
}

function mapProblem(
  object: ObjectFile,
  map: ObjectMap,
  kernel: Kernel,
  settings: Settings | undefined,
): Problem[] {
  const { name, type } = map;
  const problem = (message: string): Problem[] => [
    { file: object.path, message: `map "${name}": ${message}` },
  ];
  const known = kernel.enumerators('bpf_map_type');
  if (known.size > 0 && !known.has(BigInt(type))) {
    return problem(
      `${kernel.it} has no maps of type ${mapTypeName(type)}; a newer kernel, or a map of another type, is needed`,
    );
  }
  if (name.startsWith('.')) return [];
  const maxEntries = settings?.maps.get(name)?.maxEntries ?? map.maxEntries;
  // Whose entries nobody counts: as many as there are CPUs, tasks, sockets and so on.
  const isCounted = /hash|^array|percpu_array|trie|ringbuf|queue|stack$/.test(mapTypeName(type));
  const remedy = mapRemedy({ ...map, maxEntries: isCounted ? maxEntries : 1 });
  return remedy === undefined ? [] : problem(remedy);
}
