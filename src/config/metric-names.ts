import { type Metric, metricsOf } from './checks.ts';
import type { Finding, Problem } from './problem.ts';

/** One parsed file, as far as it could be read. */
export type NamedTree = {
  readonly tree: unknown;
  problemAt(at: Finding['at'], message: string): Problem;
};

/** Finds families that two metrics, of one file or of several, would both be served as. */
export function findSharedNames(files: readonly NamedTree[]): Problem[] {
  const owners = new Map<string, Problem>();
  return files.flatMap(({ tree, problemAt }) =>
    metricsOf(tree).flatMap((metric) => {
      const at = [...metric.path, 'name'];
      const names = servedNames(metric);
      const taken = names.find((name) => owners.has(name));
      for (const name of names) if (!owners.has(name)) owners.set(name, problemAt(at, ''));
      if (taken === undefined) return [];
      const { file, line, column } = owners.get(taken)!;
      return [
        problemAt(at, `metric name "${taken}" is taken at ${file}:${line}:${column}; another is needed`),
      ];
    }),
  );
}

function servedNames({ kind, value: { name } }: Metric): string[] {
  if (typeof name !== 'string' || name === '') return [];
  return kind === 'histogram' ? ['', '_bucket', '_sum', '_count'].map((suffix) => name + suffix) : [name];
}
