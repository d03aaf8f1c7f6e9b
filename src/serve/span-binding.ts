import type { AttachedConfig } from '../attached.ts';
import { mapTypeName, mapTypes } from '../bpf/map-types.ts';
import type { SpanSpec } from '../config/spec.ts';
import { ExporterError } from '../errors.ts';
import type { System } from '../kernel/system.ts';
import type { SpanSink, Tracing } from '../tracing/tracing.ts';
import { findMap } from './map-source.ts';
import type { RecordStreams } from './record-streams.ts';

/** Sends the records of a span's ring buffer to be traced, until `stop`. Throws `map_missing`, `map_layout`, `map_read`. */
export function bindSpan(
  tracing: Tracing,
  spec: SpanSpec,
  {
    loaded,
    streams,
    ...rest
  }: {
    loaded: AttachedConfig;
    streams: RecordStreams;
    system: System;
    onError(error: ExporterError, record: Buffer): void;
  },
): { sink: SpanSink; stop(): void } {
  const map = findMap(loaded.maps, spec.ringbuf, loaded.objectPath);
  if (map.type !== mapTypes.ringbuf) {
    throw new ExporterError(
      'map_layout',
      `Cannot read map "${map.name}" as ring buffer: it is of type ${mapTypeName(map.type)}`,
    );
  }
  const sink = tracing.sink(loaded.config.name, spec, rest);
  const stream = streams.add(map, sink);
  return { sink, ...tracing.onRoom(() => stream.wake()) };
}
