import { readProgramInfo, runStatsEnabled } from '../bpf/program-info.ts';
import { ExporterError } from '../errors.ts';
import { type Family, type Sample, smallFamily } from '../metrics/family.ts';
import { namePrefix } from '../metrics/metric.ts';
import type { Native } from '../native/library.ts';
import type { ConfigMetrics } from './config-metrics.ts';

export type BuildInfo = { readonly version: string; readonly libbpf: string };

/** The metrics about the exporter itself: configs, programs, errors, build. */
export function ownFamilies(
  native: Native,
  configs: readonly ConfigMetrics[],
  build: BuildInfo,
  withRuns: boolean = runStatsEnabled(),
): readonly Family[] {
  const programs = configs.flatMap(({ loaded }) =>
    loaded.programs.map((program) => ({ ...program, config: loaded.config.name, id: String(program.id) })),
  );
  const runs = withRuns ? programs.flatMap(({ id, fd }) => runsOf(native, id, fd)) : [];
  const lost = configs.flatMap(({ loaded, events }) =>
    events.map((stream) => sample({ config: loaded.config.name, map: stream.map }, stream.lost())),
  );
  const uncovered = configs.flatMap(({ loaded, events }) =>
    events.map((stream) => sample({ config: loaded.config.name, map: stream.map }, stream.uncoveredCpus)),
  );
  return [
    smallFamily(
      'gauge',
      `${namePrefix}enabled_configs`,
      'Configs that are loaded.',
      configs.map(({ loaded }) => sample({ name: loaded.config.name }, 1)),
    ),
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
      programs.map(({ id, error }) => sample({ id }, error === undefined ? 1 : 0)),
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
      configs.map(({ loaded, decoderErrors }) => sample({ config: loaded.config.name }, decoderErrors)),
    ),
    smallFamily(
      'counter',
      `${namePrefix}lost_records_total`,
      'Records of perf event arrays and ring buffers that were dropped because nobody read them in time.',
      lost,
    ),
    smallFamily(
      'gauge',
      `${namePrefix}uncovered_cpus`,
      'Online CPUs whose records of a perf event array cannot be received.',
      uncovered,
    ),
    smallFamily('gauge', `${namePrefix}build_info`, 'What this exporter was built from and runs on.', [
      sample(
        { version: build.version, libbpf: build.libbpf, nodejs: process.version, arch: process.arch },
        1,
      ),
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
