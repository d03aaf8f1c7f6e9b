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
  return { program, reasons, verifierLog: verifierLog.filter((line) => !statistics.test(line)) };
}

const statistics = /^(processed \d+ insns|verification time|stack depth|insns processed|mark_precise)/;

/** The first line of what the verifier of Linux 7.3 ends with: the reason, the source, the instructions, a suggestion. */
const reportBegins = /^Verification failed: /;

/**
 * Of the verifier's log, what a message shows: its own report, whole, with the line before it, which is all that older
 * kernels say; without a report the last `lines` lines. Indented, under a heading; nothing of an empty log.
 */
export function verifierReport(log: readonly string[], lines = 12): readonly string[] {
  if (log.length === 0) return [];
  const begins = log.findIndex((line) => reportBegins.test(line));
  const indent = (line: string): string => `    ${line}`;
  if (begins >= 0) return ['  What the verifier says:', ...log.slice(Math.max(0, begins - 1)).map(indent)];
  const before = log.length - lines;
  return [
    '  The end of the verifier log:',
    ...(before > 0 ? [`    ... ${before} lines before`] : []),
    ...log.slice(-lines).map(indent),
  ];
}
