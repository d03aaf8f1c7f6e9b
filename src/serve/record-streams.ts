import type { AttachedConfig } from '../attached.ts';
import type { BpfMap } from '../bpf/loaded-object.ts';
import { MapReader } from '../bpf/map-reader.ts';
import { mapTypes } from '../bpf/map-types.ts';
import { PerfStream } from '../bpf/perf-stream.ts';
import type { RecordPump, RecordSink } from '../bpf/record-pump.ts';
import { openRingStream, type RecordStream } from '../bpf/record-stream.ts';
import { ExporterError } from '../errors.ts';
import type { Native } from '../native/library.ts';

export type RecordStreamsOptions = {
  readonly native: Native;
  readonly possibleCpus: number;
  readonly pump: RecordPump;
  /** Every map of the config. */
  readonly maps: readonly BpfMap[];
  readonly perfOutputs: AttachedConfig['perfOutputs'];
  warn(message: string): void;
};

/** The records of one config: every map is read once, however many metrics and spans want its records. */
export class RecordStreams {
  #options: RecordStreamsOptions;
  readonly #sinks = new Map<string, RecordSink[]>();
  readonly #streams = new Map<string, RecordStream>();

  constructor(options: RecordStreamsOptions) {
    this.#options = options;
  }

  /** Those of all maps that somebody wants. */
  get all(): readonly RecordStream[] {
    return [...this.#streams.values()];
  }

  /** Sends the records of a ring buffer or a perf event array to one more sink. Throws `map_read`. */
  add(map: BpfMap, sink: RecordSink): RecordStream {
    const known = this.#streams.get(map.name);
    const sinks = this.#sinks.get(map.name) ?? [];
    if (known === undefined) {
      const stream = this.#open(map, fanOut(sinks));
      this.#streams.set(map.name, stream);
      this.#sinks.set(map.name, sinks);
    }
    sinks.push(sink);
    return this.#streams.get(map.name)!;
  }

  /**
   * What waits goes to the sinks that there are, then they are let go: what comes is for those that are added before
   * other work runs. Those that nobody wants any more are closed by `closeUnwanted`.
   */
  rebind(perfOutputs: AttachedConfig['perfOutputs']): void {
    for (const stream of this.#streams.values()) for (const _ of stream.flush());
    for (const sinks of this.#sinks.values()) sinks.length = 0;
    this.#options = { ...this.#options, perfOutputs };
  }

  closeUnwanted(): void {
    for (const [map, stream] of this.#streams) {
      if (this.#sinks.get(map)!.length > 0) continue;
      stream.close();
      this.#streams.delete(map);
      this.#sinks.delete(map);
    }
  }

  /** Can be called twice. */
  close(): void {
    for (const stream of this.#streams.values()) stream.close();
  }

  #open(map: BpfMap, sink: RecordSink): RecordStream {
    const { native, pump, warn } = this.#options;
    if (map.type === mapTypes.perf_event_array) {
      const outputs = this.#options.perfOutputs.get(map.name) ?? [];
      if ('reason' in outputs) throw new ExporterError('map_read', outputs.reason);
      return new PerfStream(native, map, outputs, { pump, sink, warn });
    }
    return openRingStream(native, pump, map, sink, this.#lostCount(map));
  }

  /**
   * A ring buffer tells nobody what did not fit. Programs count it in a per-CPU array of one u64, whose name is that of
   * the ring and `_lost_total`, as examples/include/rings.bpf.h does.
   */
  #lostCount(ring: BpfMap): (() => number) | undefined {
    const map = this.#options.maps.find(({ name }) => name === `${ring.name}_lost_total`);
    if (map?.type !== mapTypes.percpu_array || map.valueSize !== 8) return undefined;
    const reader = new MapReader(this.#options.native, map, this.#options.possibleCpus);
    const zero = Buffer.alloc(4);
    return () => {
      let sum = 0;
      for (const { values } of reader.entry(zero)) {
        for (let cpu = 0; cpu < reader.valuesPerEntry; cpu++) {
          sum += Number(values.readBigUInt64LE(cpu * reader.valueStride));
        }
      }
      return sum;
    };
  }
}

/** One sink of several; `sinks` may still grow. It has room where all have. */
function fanOut(sinks: readonly RecordSink[]): RecordSink {
  return {
    take(bytes, offset, length) {
      for (let nth = 0; nth < sinks.length; nth++) sinks[nth]!.take(bytes, offset, length);
    },
    room() {
      let room = Number.POSITIVE_INFINITY;
      for (const sink of sinks) room = Math.min(room, sink.room?.() ?? room);
      return room;
    },
  };
}
