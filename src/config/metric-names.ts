import { allMetricKinds } from './metric-kinds.ts';
import type { Finding, Path, Problem } from './problem.ts';
import { quote } from './quote.ts';
import { child, isObject, items, textOf } from './tree.ts';

/** One parsed file, as far as it could be read. */
export type NamedTree = {
  readonly tree: unknown;
  problemAt(at: Finding['at'], message: string): Problem;
};

/** What the exporter serves about itself, without the prefix; see `ownFamilies`. */
export const ownNames: readonly string[] = [
  'build_info',
  'config_last_reload_success_timestamp_seconds',
  'config_last_reload_successful',
  'config_loaded',
  'decoder_errors_total',
  'ebpf_program_attached',
  'ebpf_program_info',
  'ebpf_program_run_count_total',
  'ebpf_program_run_time_seconds',
  'enabled_configs',
  'entries_expired_total',
  'http_rejected_total',
  'lost_records_total',
  'records_folded_total',
  'records_total',
  'span_export_failures_total',
  'span_queue_length',
  'spans_dropped_total',
  'spans_total',
  'scrape_duration_seconds',
  'scrape_success',
  'uncovered_cpus',
  'map_entries',
  'map_max_entries',
  'map_read_errors_total',
  'series_limited',
  'metric_enabled',
];

/** Finds families that two metrics, of one file or of several, or a metric and the exporter would both serve. */
export function findSharedNames(files: readonly NamedTree[]): Problem[] {
  const owners = new Map<string, Problem>();
  return files.flatMap(({ tree, problemAt }) =>
    servedNames(tree).flatMap(({ names, at }) => {
      const own = names.find((name) => ownNames.includes(name));
      if (own !== undefined) {
        return [problemAt(at, `metric name ${quote(own)} is one of the exporter's own; another is needed`)];
      }
      const taken = names.find((name) => owners.has(name));
      for (const name of names) if (!owners.has(name)) owners.set(name, problemAt(at, ''));
      if (taken === undefined) return [];
      const { file, line, column } = owners.get(taken)!;
      return [
        problemAt(at, `metric name ${quote(taken)} is taken at ${file}:${line}:${column}; another is needed`),
      ];
    }),
  );
}

/** The names that each metric of a file takes, and where its own is written. */
function servedNames(tree: unknown): { readonly names: readonly string[]; readonly at: Path }[] {
  const metrics = child({ value: isObject(tree) ? tree : {}, path: [] }, 'metrics');
  return allMetricKinds.flatMap(({ list, suffixes }) =>
    items(metrics, list).flatMap((metric) => {
      const name = textOf(metric, 'name') ?? '';
      if (name === '') return [];
      return [{ names: ['', ...suffixes].map((suffix) => name + suffix), at: [...metric.path, 'name'] }];
    }),
  );
}
