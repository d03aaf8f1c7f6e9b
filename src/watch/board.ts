import type { Family, SeriesFamily } from '../metrics/family.ts';
import { unitOf } from '../units/unit-of.ts';
import type { MetricState, SeriesState } from './metric-state.ts';
import { oneLine } from './one-line.ts';

/** More readings than a terminal has columns. */
const mostMoments = 500;
const prefix = /^ebpf_exporter_/;

/** The metrics that are watched, from one reading to the next. */
export class Board {
  readonly #metrics = new Map<string, MetricState>();
  #reading = 0;
  #lastMs = 0;

  /** In the order of configs and of their metrics. */
  get metrics(): readonly MetricState[] {
    return [...this.#metrics.values()];
  }

  /** Takes in what a reading found, by config; families are visited during the call only. */
  update(byConfig: ReadonlyMap<string, readonly Family[]>, nowMs: number): void {
    const seconds = this.#reading === 0 ? Number.NaN : Math.max(0.001, (nowMs - this.#lastMs) / 1000);
    this.#reading++;
    this.#lastMs = nowMs;
    for (const [config, families] of byConfig) {
      for (const family of families) if ('series' in family) this.#take(config, family, seconds);
    }
  }

  #take(config: string, family: SeriesFamily, seconds: number): void {
    const metric = this.#metricOf(config, family);
    for (const _ of family.series((texts, start, end, values, at) => {
      const key = Buffer.from(texts.buffer, texts.byteOffset + start, end - start).toString();
      const isNew = !metric.series.has(key);
      const one = metric.series.get(key) ?? newSeries(key, metric.bounds.length);
      if (isNew) metric.series.set(key, one);
      one.seen = this.#reading;
      if (metric.kind === 'histogram') takeBuckets(one, family, values, at, seconds);
      else takeValue(one, metric.kind, values[at]! * family.multiplier, seconds, isNew);
    })) {
      // A reading is shown when all of it is there.
    }
    for (const [key, { seen }] of metric.series) if (seen !== this.#reading) metric.series.delete(key);
    remember(metric, seconds);
  }

  #metricOf(config: string, family: SeriesFamily): MetricState {
    const key = `${config}\0${family.name}`;
    const known = this.#metrics.get(key);
    if (known !== undefined) return known;
    const { name, help, type, buckets } = family;
    const bounds = buckets === undefined ? [] : [...buckets.bounds];
    if (buckets?.beyond) bounds.push(Number.POSITIVE_INFINITY);
    const metric: MetricState = {
      config,
      name: name.replace(prefix, ''),
      help,
      kind: buckets !== undefined ? 'histogram' : type === 'counter' ? 'counter' : 'gauge',
      unit: unitOf(name, help),
      bounds,
      series: new Map(),
      history: [],
    };
    this.#metrics.set(key, metric);
    return metric;
  }
}

function newSeries(key: string, buckets: number): SeriesState {
  return {
    labels: oneLine(key),
    value: 0,
    rate: Number.NaN,
    counts: new Float64Array(buckets),
    changes: new Float64Array(buckets),
    sum: 0,
    sumChange: 0,
    seen: 0,
  };
}

/** What fell was cleared, and counts from zero. A gauge that was not there has changed from nothing that is known. */
function takeValue(
  one: SeriesState,
  kind: MetricState['kind'],
  value: number,
  seconds: number,
  isNew: boolean,
): void {
  const before = kind === 'gauge' ? (isNew ? Number.NaN : one.value) : value < one.value ? 0 : one.value;
  one.rate = (value - before) / seconds;
  one.value = value;
}

function takeBuckets(
  one: SeriesState,
  { multiplier, buckets }: SeriesFamily,
  values: Float64Array,
  at: number,
  seconds: number,
): void {
  let count = 0;
  let change = 0;
  for (let i = 0; i < one.counts.length; i++) {
    const value = values[at + i]!;
    const before = one.counts[i]!;
    one.changes[i] = value < before ? value : value - before;
    one.counts[i] = value;
    count += value;
    change += one.changes[i]!;
  }
  const sum = values[at + buckets!.sumPlace]! * multiplier;
  one.sumChange = sum < one.sum ? sum : sum - one.sum;
  one.sum = sum;
  one.value = count;
  one.rate = change / seconds;
}

function remember(metric: MetricState, seconds: number): void {
  let total = metric.series.size === 0 && metric.kind === 'gauge' ? Number.NaN : 0;
  const buckets = metric.kind === 'histogram' ? new Float64Array(metric.bounds.length) : undefined;
  for (const { value, rate, changes } of metric.series.values()) {
    total += metric.kind === 'gauge' ? value : rate;
    if (buckets !== undefined) for (let i = 0; i < buckets.length; i++) buckets[i]! += changes[i]! / seconds;
  }
  if (Number.isNaN(seconds) && metric.kind !== 'gauge') total = Number.NaN;
  metric.history.push({ total, buckets: Number.isNaN(seconds) ? undefined : buckets });
  if (metric.history.length > mostMoments) metric.history.shift();
}
