import type { AttachedConfig } from '../attached.ts';
import type { BpfMap } from '../bpf/loaded-object.ts';
import type { RecordPump } from '../bpf/record-pump.ts';
import type { RecordStream } from '../bpf/record-stream.ts';
import type { MetricSpec, RecordsSpec } from '../config/spec.ts';
import { compileLabels } from '../decoders/compile.ts';
import { ExporterError } from '../errors.ts';
import type { System } from '../kernel/system.ts';
import { type Layout, layoutOfMap } from '../layout/map-layout.ts';
import { layoutOfRecords } from '../layout/record-layout.ts';
import type { EventCounts } from '../metrics/event-counts.ts';
import { MapReading } from '../metrics/map-reading.ts';
import type { MetricInput } from '../metrics/metric.ts';
import { createMetric } from '../metrics/metric-kinds.ts';
import type { Native } from '../native/library.ts';
import { type Log, rateLimited, writeError } from '../process/log.ts';
import type { SpanSink, Tracing } from '../tracing/tracing.ts';
import { ErrorCounts } from './error-counts.ts';
import { clearEvery, countRecords } from './event-records.ts';
import { checkExpires, expireEntries } from './expire-entries.ts';
import { entriesOf, findMap } from './map-source.ts';
import { watchOnlineCpus } from './online-cpus.ts';
import { type BoundReading, Readings } from './readings.ts';
import { countsId, eventCountsOf } from './record-counts.ts';
import { RecordStreams } from './record-streams.ts';
import { bindSpan } from './span-binding.ts';
import { takeEntries, windowReadingOf } from './take-entries.ts';

/** The metrics of one loaded config, and what went wrong with them. */
export type ConfigMetrics = {
  readonly loaded: AttachedConfig;
  readonly readings: readonly BoundReading[];
  /** Metrics that are disabled because their maps are not what the config says. */
  readonly disabled: readonly DisabledMetric[];
  /** Records of ring buffers and perf event arrays, to be taken in before a read. */
  readonly events: readonly RecordStream[];
  /** Of each metric of records, what they add up to. */
  readonly counts: ReadonlyMap<string, { readonly source: EventCounts }>;
  /** One for each span of the config whose records are read. */
  readonly spans: readonly SpanSink[];
  readonly errors: ErrorCounts;
  /** Its maps may be gone, or others under their descriptors. */
  readonly closed: boolean;
  /** Ends it, but for what another binding of the same maps goes on with. */
  handOn(): Lasting;
  /** Can be called twice, and after `handOn`. */
  close(): void;
};

/** What is kept of a config's records and errors when its metrics are bound anew. */
export type Lasting = {
  readonly streams: RecordStreams;
  /** Counted records, by metric. */
  readonly counts: ReadonlyMap<string, Counted>;
  readonly errors: ErrorCounts;
};

/** `what`: the map, and what is counted of its records. */
type Counted = { readonly what: string; readonly source: EventCounts };

export type DisabledMetric = { readonly name: string; readonly error: ExporterError };

export type MetricsOptions = {
  readonly native: Native;
  readonly possibleCpus: number;
  readonly system: System;
  readonly pump: RecordPump;
  readonly log: Log;
  /** See `SeriesTableOptions`. */
  readonly skipCacheSize: number;
  /** Undefined where nothing is traced: ring buffers of spans are not read then. */
  readonly tracing?: Tracing | undefined;
  /** Of a binding of the same maps, that this one takes the place of. */
  readonly lasting?: Lasting | undefined;
};

type Bound = { readonly layout: Layout; readonly reading: MapReading };

/** Binds every metric of a config to its map. A metric whose map does not fit is disabled; the others go on. */
export function createConfigMetrics(loaded: AttachedConfig, options: MetricsOptions): ConfigMetrics {
  const { config } = loaded;
  const { skipCacheSize, lasting } = options;
  const logDecodeError = rateLimited(options.log.warn, { burst: 10, intervalMs: 60_000 });
  const disabled: DisabledMetric[] = [];
  const readings = new Readings();
  const onlineCpus = watchOnlineCpus(options.possibleCpus);
  const warn = (message: string): void => options.log.warn(`Config "${config.name}": ${message}`);
  lasting?.streams.rebind(loaded.perfOutputs);
  const streams =
    lasting?.streams ??
    new RecordStreams({ ...options, maps: loaded.maps, perfOutputs: loaded.perfOutputs, warn });
  const counts = new Map<string, Counted>();
  const spans: SpanSink[] = [];
  const timers: { stop(): void }[] = []; // and what else is to end
  const errors = lasting?.errors ?? new ErrorCounts();
  let closed = false;
  let handedOn = false;
  const close = (): void => {
    closed = true;
    for (const timer of timers.splice(0)) timer.stop();
    if (!handedOn) streams.close();
  };
  const result: ConfigMetrics = {
    loaded,
    get readings() {
      return readings.all;
    },
    disabled,
    get events() {
      return streams.all;
    },
    counts,
    spans,
    errors,
    get closed() {
      return closed;
    },
    handOn() {
      handedOn = true;
      close();
      return { streams, counts, errors };
    },
    close,
  };
  const readMap = (spec: MetricSpec, map: BpfMap): Bound => {
    const layout = layoutOfMap(spec, map);
    if (config.maps.get(map.name)?.expireAfterMs !== undefined) checkExpires(map);
    const { native, possibleCpus } = options;
    if (spec.kind === 'gauge' && spec.window !== undefined) {
      const reading = readings.of(`window of ${map.name}`, () => {
        const reading = windowReadingOf(native, possibleCpus, map, { layout, errors });
        timers.push(takeEntries(reading, rateLimited(warn, { burst: 10, intervalMs: 60_000 })));
        return reading;
      });
      return { layout, reading };
    }
    const reading = readings.of(
      layout.keyBytes === 0 ? `key 0 of ${map.name}` : map.name,
      () => new MapReading(entriesOf(native, possibleCpus, map, layout)),
    );
    return { layout, reading };
  };
  const readRecords = (
    spec: MetricSpec,
    records: RecordsSpec,
    map: BpfMap,
    tooShort: (record: Buffer) => void,
  ): Bound => {
    const layout = layoutOfRecords(spec, records, map);
    const what = `${map.name} ${countsId(spec, records, layout)}`;
    const before = lasting?.counts.get(spec.name);
    const source =
      before?.what === what ? before.source : eventCountsOf(spec, records, layout, options.system);
    counts.set(spec.name, { what, source });
    const stream = streams.add(map, countRecords(source, tooShort));
    timers.push(clearEvery(records.flushIntervalMs, source, stream));
    return { layout, reading: readings.of(`records of ${spec.name}`, () => new MapReading(source)) };
  };
  for (const spec of config.metrics) {
    const onError = (error: ExporterError, key: Buffer): void => {
      const keyHex = key.toString('hex');
      errors.noteUndecoded({ metric: spec.name, keyHex, message: error.message });
      writeError(logDecodeError, error, `Config "${config.name}", metric "${spec.name}", key 0x${keyHex}: `);
    };
    const tooShort = (record: Buffer): void => {
      errors.countUndecoded(1);
      onError(
        new ExporterError('decode', `a record of ${record.length} bytes is shorter than its labels`),
        record,
      );
    };
    try {
      const map = findMap(loaded.maps, spec.map, loaded.objectPath);
      const { layout, reading } =
        spec.records === undefined ? readMap(spec, map) : readRecords(spec, spec.records, map, tooShort);
      const input: MetricInput = {
        reading,
        ...layout,
        labels: compileLabels(layout.placement, options.system),
        labelsId: idOf(layout),
        skipCacheSize,
        onlineCpus,
        onError,
      };
      readings.add(map.name, { metric: createMetric(spec, input), input });
    } catch (thrown) {
      if (!(thrown instanceof ExporterError)) throw thrown;
      disabled.push({ name: spec.name, error: thrown });
      writeError(options.log.error, thrown, `Config "${config.name}": metric "${spec.name}" is disabled: `);
    }
  }
  for (const { map, reading } of readings.all) {
    const afterMs = config.maps.get(map)?.expireAfterMs;
    if (afterMs !== undefined) expireEntries(reading, afterMs, map, errors);
  }
  for (const spec of config.spans) {
    const { tracing, system } = options;
    if (tracing === undefined) break; // nobody reads the ring buffers then
    const name = spec.name || spec.ringbuf;
    const onError = (error: ExporterError, record: Buffer): void => {
      const keyHex = record.toString('hex');
      errors.countUndecoded(1);
      errors.noteUndecoded({ metric: name, keyHex, message: error.message });
      logDecodeError(`Config "${config.name}", span "${name}", record 0x${keyHex}: ${error.message}`);
    };
    try {
      const span = bindSpan(tracing, spec, { loaded, system, streams, onError });
      spans.push(span.sink);
      timers.push(span);
    } catch (thrown) {
      if (!(thrown instanceof ExporterError)) throw thrown;
      disabled.push({ name, error: thrown });
      options.log.error(`Config "${config.name}": span "${name}" is disabled: ${thrown.message}`);
    }
  }
  streams.closeUnwanted();
  return result;
}

/** The same for layouts that give the same labels. */
function idOf({ placement, keyBytes, splitCpus }: Layout): string {
  return JSON.stringify([placement, keyBytes, splitCpus], (_, value) =>
    value instanceof Map ? [...value] : value,
  );
}
