import { quantile } from '../metrics/quantile.ts';
import { formatQuantity } from '../units/quantity.ts';
import { bar, type Look, type Style } from './look.ts';
import type { MetricState, SeriesState } from './metric-state.ts';
import { rateText, valueText } from './numbers.ts';
import { fit } from './text-width.ts';
import { sorted, type View } from './view.ts';

const mostNumberColumns = 11;

type Column = { readonly head: string; text(one: SeriesState): string };

/** The label sets of a metric, a line each, and above them what the columns are. */
export function seriesLines(metric: MetricState, view: View, look: Look, style: Style): string[] {
  if (look.rows < 2) return [];
  const numberColumns = Math.min(mostNumberColumns, look.columns);
  const columns = columnsOf(metric).slice(0, look.columns < 50 ? 1 : 3);
  const barColumns = Math.min(20, Math.max(0, Math.floor((look.columns - 40) / 4)));
  const before = columns.length * numberColumns + (barColumns > 0 ? barColumns + 1 : 0);
  const labelColumns = Math.max(0, look.columns - before - 1);
  const all = sorted(metric, view.sorting);
  const rows = all.length - view.scroll > look.rows - 1 ? look.rows - 2 : look.rows - 1;
  const sizeOf = (one: SeriesState): number => Math.abs(metric.kind === 'gauge' ? one.value : one.rate);
  const most = Math.max(...all.map((one) => sizeOf(one)).filter((size) => size > 0), 0);
  const head = columns.map((column) => fit(column.head, numberColumns, 'right')).join('');
  const lines = all.slice(view.scroll, view.scroll + rows).map((one) => {
    const numbers = columns.map((column) => fit(column.text(one), numberColumns, 'right')).join('');
    const size = most === 0 ? 0 : sizeOf(one) / most;
    const shown = barColumns > 0 ? ` ${style.accent(bar(size, barColumns, look.unicode))}` : '';
    return `${numbers}${shown}${labelColumns > 0 ? ` ${fit(one.labels, labelColumns)}` : ''}`;
  });
  const more = all.length - view.scroll - lines.length;
  const rest = more > 0 ? [style.dim(fit(`  and ${more} more`, look.columns))] : [];
  return [style.dim(fit(head, look.columns)), ...lines, ...rest];
}

function columnsOf(metric: MetricState): Column[] {
  const { kind, unit, bounds } = metric;
  const rate: Column = { head: 'rate', text: (one) => rateText(kind, unit, one.rate) };
  const value: Column = {
    head: kind === 'histogram' ? 'count' : 'value',
    text: (one) => valueText(metric, one),
  };
  if (kind === 'gauge') return [value];
  if (kind === 'counter') return [rate, value];
  const high: Column = {
    head: 'p99',
    text: (one) => formatQuantity(quantile(0.99, bounds, one.counts), unit),
  };
  const mean: Column = {
    head: 'mean',
    text: (one) => formatQuantity(one.value > 0 && one.sum > 0 ? one.sum / one.value : Number.NaN, unit),
  };
  return [rate, mean, high];
}
