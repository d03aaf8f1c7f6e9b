import type { AttachedConfig } from '../attached.ts';
import type { RecordPump } from '../bpf/record-pump.ts';
import type { RecordStream } from '../bpf/record-stream.ts';
import { compileLabels } from '../decoders/compile.ts';
import { ExporterError } from '../errors.ts';
import type { System } from '../kernel/system.ts';
import { EventCounts } from '../metrics/event-counts.ts';
import type { Metric, MetricInput } from '../metrics/metric.ts';
import { createMetric } from '../metrics/metric-kinds.ts';
import type { Native } from '../native/library.ts';
import { type Log, rateLimited } from '../process/log.ts';
import { ErrorCounts } from './error-counts.ts';
import { clearEvery, countRecords } from './event-records.ts';
import { bindMap, checkPerfEventArray, findMap } from './map-binding.ts';
import { RecordStreams } from './record-streams.ts';

/** The metrics of one loaded config, and what went wrong with them. */
export type ConfigMetrics = {
  readonly loaded: AttachedConfig;
  readonly metrics: readonly BoundMetric[];
  /** Metrics that are disabled because their maps are not what the config says. */
  readonly disabled: readonly DisabledMetric[];
  /** Records of ring buffers and perf event arrays, to be taken in before a read. */
  readonly events: readonly RecordStream[];
  readonly errors: ErrorCounts;
  close(): void;
};

export type BoundMetric = { readonly metric: Metric; readonly input: MetricInput; readonly map: string };

export type DisabledMetric = { readonly name: string; readonly error: ExporterError };

export type MetricsOptions = {
  readonly native: Native;
  readonly possibleCpus: number;
  readonly system: System;
  readonly pump: RecordPump;
  readonly log: Log;
  /** See `SeriesTableOptions`. */
  readonly skipCacheSize: number;
};

/** Binds every metric of a config to its map. A metric whose map does not fit is disabled; the others go on. */
export function createConfigMetrics(loaded: AttachedConfig, options: MetricsOptions): ConfigMetrics {
  const { config } = loaded;
  const { skipCacheSize } = options;
  const logDecodeError = rateLimited(options.log.warn, { burst: 10, intervalMs: 60_000 });
  const disabled: DisabledMetric[] = [];
  const metrics: BoundMetric[] = [];
  const warn = (message: string): void => options.log.warn(`Config "${config.name}": ${message}`);
  const streams = new RecordStreams({ ...options, maps: loaded.maps, perfOutputs: loaded.perfOutputs, warn });
  const timers: { stop(): void }[] = [];
  const errors = new ErrorCounts();
  const result = {
    loaded,
    metrics,
    disabled,
    get events() {
      return streams.all;
    },
    errors,
    close: () => {
      for (const timer of timers) timer.stop();
      streams.close();
    },
  };
  for (const spec of config.metrics) {
    const onError = (error: ExporterError, key: Buffer): void =>
      logDecodeError(
        `Config "${config.name}", metric "${spec.name}", key 0x${key.toString('hex')}: ${error.message}`,
      );
    const tooShort = (record: Buffer): void => {
      errors.countUndecoded(1);
      onError(
        new ExporterError('decode', `a record of ${record.length} bytes is shorter than its labels`),
        record,
      );
    };
    try {
      const map = findMap(loaded.maps, spec.map, loaded.objectPath);
      const labels = compileLabels(spec.labels, options.system);
      let input: MetricInput;
      if (spec.records !== undefined) {
        checkPerfEventArray(map);
        const source = new EventCounts(labels.size);
        const stream = streams.add(map, countRecords(source, tooShort));
        timers.push(clearEvery(spec.records.flushIntervalMs, source, stream));
        input = { source, labels, keyBytes: labels.size, splitCpus: false, skipCacheSize, onError };
      } else {
        input = {
          ...bindMap(options.native, options.possibleCpus, spec, map),
          labels,
          skipCacheSize,
          onError,
        };
      }
      metrics.push({ metric: createMetric(spec, input), input, map: map.name });
    } catch (thrown) {
      if (!(thrown instanceof ExporterError)) throw thrown;
      disabled.push({ name: spec.name, error: thrown });
      options.log.error(`Config "${config.name}": metric "${spec.name}" is disabled: ${thrown.message}`);
    }
  }
  return result;
}
