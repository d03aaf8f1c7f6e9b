import { namePrefix } from '../metrics/metric.ts';
import type { ConfigMetrics } from '../serve/config-metrics.ts';
import type { MetricSummary } from './live.ts';
import type { LiveMetric } from './metric-source.ts';
import { movedBy } from './moved.ts';
import { rounded, type TimePoint, timelineOf } from './timeline.ts';
import { unitOf } from './unit-of.ts';

const recentPoints = 60;
const recentSeconds = 15 * 60;
/** What is now is the average of so much. */
const nowSeconds = 5;

/** All metrics, those first that differ most from what they were in the last 15 minutes. */
export function summarise(
  metrics: readonly LiveMetric[],
  configs: readonly ConfigMetrics[],
  time: number,
): MetricSummary[] {
  const served = metrics.map((metric) => summaryOf(metric, time));
  const disabled = configs.flatMap(({ loaded, disabled }) =>
    disabled.flatMap(({ name, error }): MetricSummary[] => {
      const spec = loaded.config.metrics.find((metric) => metric.name === name);
      if (spec === undefined) return [];
      const labels = spec.labels.map((label) => label.name);
      const none = { series: 0, moved: 0, now: null, disabled: error.message };
      return [{ ...headOf(loaded.config.name, spec), labels, ...none }];
    }),
  );
  return [...served.sort((a, b) => b.moved - a.moved), ...disabled];
}

function summaryOf({ config, spec, labels, stackLabel, ...metric }: LiveMetric, time: number): MetricSummary {
  const points = timelineOf(metric.coarse, metric.fine, time - recentSeconds - 60);
  const value = (point: TimePoint): number => totalAt(metric.family, point);
  const recent = evenly(points, value, time);
  return {
    ...headOf(config, spec),
    labels,
    series: metric.fine?.sets ?? metric.coarse?.sets ?? 0,
    moved: Number(movedBy(recent).toFixed(2)),
    now: rounded(nowOf(points, value)),
    recent: recent.map((point) => (point === null ? null : rounded(point))),
    ...(stackLabel === undefined ? {} : { stackLabel }),
  };
}

function headOf(
  config: string,
  { name, kind, help }: LiveMetric['spec'],
): Pick<MetricSummary, 'config' | 'name' | 'exportedName' | 'kind' | 'help' | 'unit'> {
  return { config, name, exportedName: namePrefix + name, kind, help, unit: unitOf(name, help) };
}

/** Of all series together: a gauge's sum, a counter's rate, a histogram's observations a second. */
export function totalAt({ type, multiplier, buckets }: LiveMetric['family'], point: TimePoint): number {
  const { history, place, seconds } = point;
  const at = place * history.width;
  if (type === 'gauge') return history.totals[at]! * multiplier;
  if (buckets === undefined) return (history.totals[at]! * multiplier) / seconds;
  let sum = 0;
  for (let i = 0; i < buckets.bounds.length; i++) sum += history.totals[at + i]!;
  return sum / seconds;
}

/** At 60 times up to now: what is known of the time before each. */
function evenly(
  points: readonly TimePoint[],
  value: (point: TimePoint) => number,
  time: number,
): (number | null)[] {
  const step = recentSeconds / recentPoints;
  let next = 0;
  return Array.from({ length: recentPoints }, (_, i) => {
    const at = time - (recentPoints - 1 - i) * step - step / 2;
    while (next < points.length && points[next]!.time < at) next++;
    const point = points[next];
    if (point === undefined || !(point.time - point.seconds <= at)) return null;
    const found = value(point);
    return Number.isFinite(found) ? found : null;
  });
}

/** The average of the last few seconds, weighted by how long each point stands for. */
function nowOf(points: readonly TimePoint[], value: (point: TimePoint) => number): number {
  const last = points.at(-1);
  if (last === undefined) return Number.NaN;
  let [sum, seconds] = [0, 0];
  for (const point of points.toReversed()) {
    if (seconds > 0 && point.time < last.time - nowSeconds) break;
    const found = value(point);
    if (Number.isNaN(found)) continue;
    const weight = Number.isNaN(point.seconds) ? 1e-6 : point.seconds;
    sum += found * weight;
    seconds += weight;
  }
  return sum / seconds;
}
