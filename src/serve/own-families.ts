import type { Attached } from '../attached.ts';
import { readProgramInfo, runStatsEnabled } from '../bpf/program-info.ts';
import { ExporterError } from '../errors.ts';
import { type Family, type Sample, smallFamily } from '../metrics/family.ts';
import { namePrefix } from '../metrics/metric.ts';
import type { Native } from '../native/library.ts';
import type { ConfigMetrics } from './config-metrics.ts';
import { mapFamilies } from './map-families.ts';

/** The metrics about the exporter itself: configs, programs, errors, build. */
export function ownFamilies(
  native: Native,
  { failed, libbpfVersion }: Pick<Attached, 'failed' | 'libbpfVersion'>,
  configs: readonly ConfigMetrics[],
  version: string,
  withRuns: boolean = runStatsEnabled(),
): readonly Family[] {
  const programs = configs.flatMap(({ loaded }) =>
    loaded.programs.flatMap((program) =>
      program.id === undefined ? [] : [{ ...program, config: loaded.config.name, id: String(program.id) }],
    ),
  );
  const runs = withRuns ? programs.flatMap(({ id, fd }) => runsOf(native, id, fd)) : [];
  return [
    smallFamily(
      'gauge',
      `${namePrefix}enabled_configs`,
      'Configs that are loaded.',
      configs.map(({ loaded }) => sample({ name: loaded.config.name }, 1)),
    ),
    smallFamily('gauge', `${namePrefix}config_loaded`, 'Whether a config that was asked for is loaded.', [
      ...configs.map(({ loaded }) => sample({ config: loaded.config.name }, 1)),
      ...failed.map(({ name }) => sample({ config: name }, 0)),
    ]),
    smallFamily(
      'gauge',
      `${namePrefix}metric_enabled`,
      'Whether a metric is served (1), or its map does not fit its config (0).',
      configs.flatMap(({ loaded, disabled }) =>
        loaded.config.metrics.map(({ name }) =>
          sample(
            { config: loaded.config.name, metric: name },
            disabled.some((metric) => metric.name === name) ? 0 : 1,
          ),
        ),
      ),
    ),
    smallFamily(
      'counter',
      `${namePrefix}map_read_errors_total`,
      'Readings of a map that failed or did not come to its end.',
      configs.flatMap(({ loaded, readings, errors }) =>
        [...new Set(readings.map(({ map }) => map))].map((map) =>
          sample({ config: loaded.config.name, map }, errors.failedReads(map)),
        ),
      ),
    ),
    ...mapFamilies(configs),
    smallFamily(
      'gauge',
      `${namePrefix}ebpf_program_info`,
      'BPF programs in the kernel, with the id and tag the kernel gives them.',
      programs.map(({ config, id, name, tag }) => sample({ config, id, program: name, tag }, 1)),
    ),
    smallFamily(
      'gauge',
      `${namePrefix}ebpf_program_attached`,
      'Whether a BPF program is attached (1) or not (0).',
      programs.map(({ id, reason }) => sample({ id }, reason === undefined ? 1 : 0)),
    ),
    smallFamily(
      'counter',
      `${namePrefix}ebpf_program_run_time_seconds`,
      'Time spent in a BPF program while kernel.bpf_stats_enabled was 1.',
      runs.map(({ id, runTimeNs }) => sample({ id }, runTimeNs / 1e9)),
    ),
    smallFamily(
      'counter',
      `${namePrefix}ebpf_program_run_count_total`,
      'Runs of a BPF program while kernel.bpf_stats_enabled was 1.',
      runs.map(({ id, runCount }) => sample({ id }, runCount)),
    ),
    smallFamily(
      'counter',
      `${namePrefix}decoder_errors_total`,
      'Map entries and records that could not be decoded.',
      configs.map(({ loaded, errors }) => sample({ config: loaded.config.name }, errors.undecoded)),
    ),
    smallFamily('gauge', `${namePrefix}build_info`, 'What this exporter was built from and runs on.', [
      sample({ version, libbpf: libbpfVersion, nodejs: process.version, arch: process.arch }, 1),
    ]),
  ];
}

function sample(labels: Sample['labels'], value: number): Sample {
  return { labels, value };
}

/** Nothing for a program that the kernel does not tell us of. */
function runsOf(
  native: Native,
  id: string,
  fd: number,
): { id: string; runTimeNs: number; runCount: number }[] {
  try {
    const { runTimeNs, runCount } = readProgramInfo(native, fd);
    return [{ id, runTimeNs, runCount }];
  } catch (thrown) {
    if (thrown instanceof ExporterError) return [];
    throw thrown;
  }
}
