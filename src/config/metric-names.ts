import { type Metric, metricsOf } from './checks.ts';
import type { Finding, Problem } from './problem.ts';

/** One parsed file, as far as it could be read. */
export type NamedTree = {
  readonly tree: unknown;
  problemAt(at: Finding['at'], message: string): Problem;
};

/** What the exporter serves about itself, without the prefix; see `ownFamilies`. */
export const ownNames: readonly string[] = [
  'build_info',
  'decoder_errors_total',
  'ebpf_program_attached',
  'ebpf_program_info',
  'ebpf_program_run_count_total',
  'ebpf_program_run_time_seconds',
  'enabled_configs',
  'perf_event_lost_records_total',
];

/** Finds families that two metrics, of one file or of several, or a metric and the exporter would both serve. */
export function findSharedNames(files: readonly NamedTree[]): Problem[] {
  const owners = new Map<string, Problem>();
  return files.flatMap(({ tree, problemAt }) =>
    metricsOf(tree).flatMap((metric) => {
      const at = [...metric.path, 'name'];
      const names = servedNames(metric);
      const own = names.find((name) => ownNames.includes(name));
      if (own !== undefined) {
        return [problemAt(at, `metric name "${own}" is one of the exporter's own; another is needed`)];
      }
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
