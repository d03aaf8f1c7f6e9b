import { labelsOf } from '../metrics/labels-of.ts';
import { quantile } from '../metrics/quantile.ts';
import { axisOf } from './axis.ts';
import type { HistogramView, MetricView, SeriesView, StackView } from './live.ts';
import type { LiveMetric } from './metric-source.ts';
import { promqlOf } from './promql.ts';
import { matches, type Ranked, type Ranking } from './ranking.ts';
import type { Slot } from './slots.ts';
import { rounded, type TimePoint, timelineOf } from './timeline.ts';

export type ViewOptions = {
  readonly search: string;
  readonly pins: ReadonlySet<string>;
  /** How far the history goes back. */
  readonly seconds: number;
};

/** What was sent of a metric before: the same series in the same order are gone on with. */
export type SentView = { readonly time: number; readonly keys: readonly string[] };

/** A metric's chart: the series that a ranking found, over time. `sent`: only what came after that. */
export function viewOf(
  metric: LiveMetric,
  ranking: Ranking,
  shown: readonly Ranked[],
  { search, pins, seconds }: ViewOptions,
  { time, sent }: { readonly time: number; readonly sent: SentView | undefined },
): MetricView {
  const { config, spec, family, labels } = metric;
  const keys = shown.map(({ text }) => text);
  const continues = sent !== undefined && sent.keys.join('\n') === keys.join('\n');
  const points = timelineOf(metric.coarse, metric.fine, continues ? sent.time : time - seconds);
  const selected = pins.size === 1 ? labelsOf([...pins][0]!) : undefined;
  return {
    config,
    name: spec.name,
    continues,
    times: points.map((point) => Number(point.time.toFixed(3))),
    total: ranking.total,
    matched: ranking.matched,
    series: keys.map((key) => seriesView(metric, key, points, pins)),
    ...(family.buckets === undefined ? {} : { histogram: histogramView(metric, points, search, pins) }),
    ...(metric.stackLabel === undefined
      ? {}
      : { stacks: stacksOf(metric, metric.stackLabel, ranking.found) }),
    promql: promqlOf({ name: family.name, kind: spec.kind, labels, selected }),
  };
}

function seriesView(
  metric: LiveMetric,
  key: string,
  points: readonly TimePoint[],
  pins: ReadonlySet<string>,
): SeriesView {
  const slots = slotsOf(metric, key);
  const values = points.map((point) => {
    const slot = slots.get(point.history);
    return slot === undefined ? null : rounded(valueAt(metric, slot, point));
  });
  return { key, labels: labelsOf(key), values, pinned: pins.has(key) };
}

/** What a chart shows of a series at a point: a value, a rate, or observations a second. */
function valueAt({ family }: LiveMetric, { values }: Slot, { history, place, seconds }: TimePoint): number {
  const at = place * history.width;
  if (family.type === 'gauge') return values[at]! * family.multiplier;
  if (family.buckets === undefined) return (values[at]! * family.multiplier) / seconds;
  let sum = 0;
  for (let i = 0; i < family.buckets.bounds.length; i++) sum += values[at + i]!;
  return sum / seconds;
}

type Slots = ReadonlyMap<TimePoint['history'], Slot>;

function slotsOf({ coarse, fine }: LiveMetric, key: string): Slots {
  const found = new Map<TimePoint['history'], Slot>();
  for (const history of [coarse, fine]) {
    const slot = history?.seriesOf(key);
    if (history !== undefined && slot !== undefined) found.set(history, slot);
  }
  return found;
}

function histogramView(
  metric: LiveMetric,
  points: readonly TimePoint[],
  search: string,
  pins: ReadonlySet<string>,
): HistogramView {
  const bounds = metric.family.buckets!.bounds;
  const order = bounds.map((_, i) => i).sort((a, b) => bounds[a]! - bounds[b]!);
  const sorted = order.map((i) => bounds[i]!);
  const chosen = chooseSets(metric, search, pins);
  const counts = points.map((point) => countsAt(point, order, chosen));
  const quantiles = (share: number): (number | null)[] =>
    counts.map((row) => (row === null ? null : rounded(quantile(share, sorted, row))));
  return {
    sets: chosen?.length ?? metric.fine?.sets ?? metric.coarse?.sets ?? 0,
    axis: axisOf(sorted),
    bounds: sorted,
    counts: counts.map((row) => row?.map((count) => rounded(count) ?? 0) ?? null),
    quantiles: { p50: quantiles(0.5), p90: quantiles(0.9), p99: quantiles(0.99) },
  };
}

/** Undefined: all of them together. */
function chooseSets(
  { coarse, fine }: LiveMetric,
  search: string,
  pins: ReadonlySet<string>,
): readonly Slots[] | undefined {
  if (search === '' && pins.size === 0) return undefined;
  const texts = new Set([...(coarse?.tracked ?? []), ...(fine?.tracked ?? [])].map(({ text }) => text));
  const wanted = [...texts].filter((text) =>
    pins.size > 0 ? pins.has(text) : matches(text, search.toLowerCase()),
  );
  return wanted.map((text) => slotsOf({ coarse, fine } as LiveMetric, text));
}

/** Observations a second in each bucket; null when nobody knows. */
function countsAt(
  { history, place, seconds }: TimePoint,
  order: readonly number[],
  chosen: readonly Slots[] | undefined,
): number[] | null {
  const at = place * history.width;
  const rows = chosen?.flatMap((slots) => slots.get(history)?.values ?? []) ?? [history.totals];
  const known = rows.filter((row) => !Number.isNaN(row[at]!));
  if (known.length === 0 || !(seconds > 0)) return null;
  return order.map((i) => known.reduce((sum, row) => sum + row[at + i]!, 0) / seconds);
}

function stacksOf({ family }: LiveMetric, label: string, found: readonly Ranked[]): StackView[] {
  return found.map(({ text, value, speed }) => {
    const { [label]: stack = '', ...labels } = labelsOf(text);
    const total = value * family.multiplier;
    return {
      frames: stack.split('\n').reverse(),
      labels,
      value: rounded(family.type === 'gauge' ? total : speed * family.multiplier),
      total,
    };
  });
}
