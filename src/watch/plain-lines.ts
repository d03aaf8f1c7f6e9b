import { quantile } from '../metrics/quantile.ts';
import { formatQuantity } from '../units/quantity.ts';
import type { MetricState, SeriesState } from './metric-state.ts';
import { rateText, valueText } from './numbers.ts';
import { sorted } from './view.ts';

/** One reading as lines for a file or a pipe: `time name{labels} numbers`, of each metric the first label sets. */
export function plainLines(metrics: readonly MetricState[], time: string, most: number): string[] {
  return metrics.flatMap((metric) => {
    const all = sorted(metric, 'rate');
    const lines = all.slice(0, most).map((one) => {
      const labels = one.labels === '' ? '' : `{${one.labels}}`;
      return `${time} ${metric.name}${labels} ${numbersOf(metric, one)}`;
    });
    const more = all.length - lines.length;
    return more > 0 ? [...lines, `${time} ${metric.name} and ${more} more`] : lines;
  });
}

function numbersOf(metric: MetricState, one: SeriesState): string {
  const { kind, unit, bounds } = metric;
  const value = valueText(metric, one);
  if (kind === 'gauge') return value;
  const rate = rateText(kind, unit, one.rate);
  if (kind === 'counter') return `${rate} ${value}`;
  const shares = [50, 99].map(
    (share) => `p${share}=${formatQuantity(quantile(share / 100, bounds, one.counts), unit)}`,
  );
  return [rate, value, ...shares].join(' ');
}
