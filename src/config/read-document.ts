import { type GenericSchema, safeParse } from 'valibot';
import { describeIssue } from './describe-issue.ts';
import { type Finding, formatProblem, type Place, type Problem } from './problem.ts';
import { offsetOf, typedTree } from './typed-tree.ts';
import type { YamlNode } from './yaml-node.ts';
import { readYaml } from './yaml-reader.ts';

/** A text that was checked against the schema of its file format. */
export type CheckedDocument<T> = {
  /** Undefined when there are problems. */
  readonly output: T | undefined;
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
  /** The values that were read, as far as they could be. */
  readonly tree: unknown;
  /** A problem of the value at a path of the tree. */
  problemAt(at: Place, message: string): Problem;
};

export type DocumentFormat<T> = {
  readonly schema: GenericSchema<unknown, T>;
  /** What the schema cannot say. Looks at the tree, of which any value may be missing or of any kind. */
  check(tree: unknown): readonly Finding[];
  /** Says why the schema is not to look at a file at all; it is the only problem then. */
  refuse?(root: YamlNode): Finding | undefined;
  /** What is needed when the file says nothing. */
  readonly needed: string;
};

/** More are counted, not told: they are of one kind, or the file is not what it is taken for. */
const maxTold = 100;

/** Reads and checks a YAML text. `file` is its name for messages. Strict: what is a warning otherwise is a problem. */
export function readDocument<T>(
  file: string,
  text: string,
  { schema, check, refuse, needed }: DocumentFormat<T>,
  { strict }: { readonly strict: boolean },
): CheckedDocument<T> {
  const { root, findings: found, place } = readYaml(text);
  const placed = (offset: number, message: string): Problem => ({ file, ...place(offset), message });
  const other = root && refuse?.(root);
  const typed = root && typedTree(root, schema);
  if (root === undefined || other !== undefined || typed?.value === undefined) {
    const { at, message } = other ?? found[0] ?? { at: 0, message: `no content; ${needed} are needed` };
    const problem = placed(Number(at), message);
    return {
      output: undefined,
      problems: [problem],
      warnings: [],
      tree: undefined,
      problemAt: () => problem,
    };
  }
  const problemAt = (at: Place, message: string): Problem =>
    placed(typeof at === 'number' ? at : offsetOf(root, 'key' in at ? at.key : at, 'key' in at), message);
  const checked = safeParse(schema, typed.value, { abortPipeEarly: true });
  const findings = [
    ...found,
    ...typed.findings,
    ...check(typed.value),
    ...(checked.issues ?? []).map(describeIssue),
  ];
  const isWarning = ({ warning }: Finding): boolean =>
    warning === 'always' || (warning !== undefined && !strict);
  const told = (warnings: boolean): Problem[] =>
    inOrder(
      findings.filter((one) => isWarning(one) === warnings).map(({ at, message }) => problemAt(at, message)),
    );
  const problems = told(false);
  const output = checked.success && problems.length === 0 ? checked.output : undefined;
  return { output, problems, warnings: told(true), tree: typed.value, problemAt };
}

/** Sorted by place, each once: what an anchor holds is seen at every alias. */
function inOrder(problems: readonly Problem[]): Problem[] {
  const unique = new Map(problems.map((problem) => [formatProblem(problem), problem]));
  const sorted = [...unique.values()].sort((a, b) => a.line! - b.line! || a.column! - b.column!);
  const [last] = sorted.splice(maxTold).slice(-1);
  return last === undefined
    ? sorted
    : [...sorted, { ...last, message: `${unique.size - maxTold} more like these, up to here` }];
}
