/** What of libbpf's warnings about a failed load a person needs: libbpf's own words, and the end of the verifier's. */
export type LoadFailure = {
  /** The program that did not load, when libbpf names one. */
  readonly program: string | undefined;
  /** libbpf's lines outside the verifier's log. */
  readonly reasons: readonly string[];
  /** The verifier's log, whole. */
  readonly verifierLog: readonly string[];
};

const begin = /-- BEGIN (DUMP|PROG LOAD) LOG --/;
const end = /-- END (DUMP|PROG LOAD) LOG --/;

/** Sorts the lines that libbpf printed at level warn during a load. */
export function readLoadFailure(warnings: readonly string[]): LoadFailure {
  const reasons: string[] = [];
  const verifierLog: string[] = [];
  let program: string | undefined;
  let inside = false;
  for (const line of warnings) {
    program ??= /^prog '([^']+)'/.exec(line)?.[1];
    if (begin.test(line)) inside = true;
    else if (end.test(line)) inside = false;
    else if (inside) verifierLog.push(line);
    else reasons.push(line);
  }
  return { program, reasons, verifierLog };
}

/** The last `lines` lines of the verifier's log without its statistics, indented for a message. */
export function verifierTail(log: readonly string[], lines = 12): string {
  const useful = log.filter((line) => !/^(processed \d+ insns|verification time|stack depth)/.test(line));
  const tail = useful.slice(-lines).map((line) => `    ${line}`);
  return useful.length > lines
    ? [`    ... ${useful.length - lines} lines before`, ...tail].join('\n')
    : tail.join('\n');
}
