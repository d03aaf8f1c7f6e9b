import { type Family, type Sample, smallFamily } from '../metrics/family.ts';
import { namePrefix } from '../metrics/metric.ts';
import type { Tracing } from '../tracing/tracing.ts';
import type { ConfigMetrics } from './config-metrics.ts';

/** What became of the records of ring buffers and perf event arrays, and of the spans that were made of them. */
export function streamFamilies(
  configs: readonly ConfigMetrics[],
  tracing: Pick<Tracing, 'counts'> | undefined,
): readonly Family[] {
  const streams = configs.flatMap(({ loaded, events }) =>
    events.map((stream) => ({ stream, labels: { config: loaded.config.name, map: stream.map } })),
  );
  const counts = tracing?.counts;
  return [
    smallFamily(
      'counter',
      `${namePrefix}records_total`,
      'Records of perf event arrays and ring buffers that were read.',
      streams.map(({ stream, labels }) => sample(labels, stream.records)),
    ),
    smallFamily(
      'counter',
      `${namePrefix}lost_records_total`,
      'Records of perf event arrays and ring buffers that were dropped because nobody read them in time.',
      streams.map(({ stream, labels }) => sample(labels, stream.lost())),
    ),
    smallFamily(
      'gauge',
      `${namePrefix}uncovered_cpus`,
      'Online CPUs whose records of a perf event array cannot be received.',
      streams.map(({ stream, labels }) => sample(labels, stream.uncoveredCpus)),
    ),
    smallFamily(
      'counter',
      `${namePrefix}records_folded_total`,
      'Records of a metric whose keys were more than its max_keys: they count in the series other.',
      configs.flatMap(({ loaded, counts }) =>
        [...counts].map(([metric, { source }]) =>
          sample({ config: loaded.config.name, metric }, source.folded),
        ),
      ),
    ),
    smallFamily(
      'counter',
      `${namePrefix}spans_total`,
      'Spans that were made of records and sampled.',
      configs
        .filter(({ spans }) => spans.length > 0)
        .map(({ loaded, spans }) =>
          sample(
            { config: loaded.config.name },
            spans.reduce((sum, { spans }) => sum + spans, 0),
          ),
        ),
    ),
    smallFamily(
      'counter',
      `${namePrefix}spans_dropped_total`,
      'Spans that were not delivered, by reason.',
      Object.entries(counts?.dropped ?? {}).map(([reason, count]) => sample({ reason }, count)),
    ),
    smallFamily(
      'counter',
      `${namePrefix}span_export_failures_total`,
      'Exports of spans that failed, retries included.',
      counts === undefined ? [] : [sample({}, counts.exportFailures)],
    ),
    smallFamily(
      'gauge',
      `${namePrefix}span_queue_length`,
      'Spans that wait to be exported.',
      counts === undefined ? [] : [sample({}, counts.queueLength)],
    ),
  ];
}

function sample(labels: Sample['labels'], value: number): Sample {
  return { labels, value };
}
