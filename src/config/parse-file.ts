import { safeParse } from 'valibot';
import { isScalar, LineCounter, parseAllDocuments, type YAMLParseError } from 'yaml';
import { checkTree } from './checks.ts';
import { describeIssue } from './describe-issue.ts';
import type { NamedTree } from './metric-names.ts';
import { type Finding, formatProblem, type Problem } from './problem.ts';
import { fileSchema } from './schema.ts';
import type { Config } from './spec.ts';
import { readTree } from './yaml-reader.ts';

export type ParsedFile = NamedTree & {
  /** Undefined when there are problems. */
  readonly config: Config | undefined;
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
};

const secondDocument = 'a second document begins here and is ignored; one document is needed';

/** Checks the text of one file. Its name for messages and its config's name come from the caller; nothing is read. */
export function parseFile(
  name: string,
  file: string,
  text: string,
  { strict } = { strict: false },
): ParsedFile {
  const lines = new LineCounter();
  const place = (offset: number, message: string): Problem => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(1, line), column: Math.max(1, col), message };
  };
  const broken = (problem: Problem): ParsedFile => {
    return {
      tree: undefined,
      problemAt: () => problem,
      config: undefined,
      problems: [problem],
      warnings: [],
    };
  };

  // The failsafe schema leaves every scalar the text that it is; what it means is up to the file's schema.
  const options = { schema: 'failsafe', uniqueKeys: false, prettyErrors: false, lineCounter: lines } as const;
  const [document, second] = [...parseAllDocuments(text, options)];
  const [error] = document?.errors ?? []; // Those after the first mostly follow from it.
  if (error !== undefined) return broken(place(error.pos[0], syntaxMessage(error)));
  const tree = document && readTree(document, fileSchema);
  if (tree?.value === undefined) return broken(place(0, 'no content; metrics or tracing are needed'));

  const checked = safeParse(fileSchema, tree.value, { abortPipeEarly: true });
  const findings = [...tree.findings, ...checkTree(tree.value), ...(checked.issues ?? []).map(describeIssue)];
  if (second !== undefined && !(isScalar(second.contents) && second.contents.source === '')) {
    findings.push({ at: second.range[0], message: secondDocument, warning: 'always' });
  }

  const problemAt: ParsedFile['problemAt'] = (at, message) =>
    place(typeof at === 'number' ? at : tree.offsetOf(at), message);
  const isWarning = ({ warning }: Finding): boolean =>
    warning === 'always' || (warning !== undefined && !strict);
  const [problems, warnings] = [false, true].map((warning) =>
    inOrder(
      findings
        .filter((found) => isWarning(found) === warning)
        .map((found) => problemAt(found.at, found.message)),
    ),
  ) as [Problem[], Problem[]];
  const config =
    checked.success && problems.length === 0 ? freeze<Config>({ name, file, ...checked.output }) : undefined;
  return { tree: tree.value, problemAt, config, problems, warnings };
}

function syntaxMessage({ code, message }: YAMLParseError): string {
  if (code === 'TAB_AS_INDENT') return 'a tab indents this line; spaces are needed';
  if (code === 'BLOCK_AS_IMPLICIT_KEY') return 'text with ": " in it; quotes around it are needed';
  return `${message}; valid YAML is needed`;
}

/** Sorted by place, each once: what an anchor holds is seen at every alias. */
function inOrder(problems: readonly Problem[]): Problem[] {
  const unique = new Map(problems.map((problem) => [formatProblem(problem), problem]));
  return [...unique.values()].sort((a, b) => a.line! - b.line! || a.column! - b.column!);
}

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(freeze);
  return value;
}
