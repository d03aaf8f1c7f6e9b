import { quantile } from '../metrics/quantile.ts';
import { formatQuantity } from '../units/quantity.ts';
import { bar, heatCell, type Look, type Style } from './look.ts';
import type { MetricState, Moment } from './metric-state.ts';
import { rateText } from './numbers.ts';
import { fit } from './text-width.ts';

const boundColumns = 9;
const rateColumns = 10;
/** What rows take with one cell of heat. */
const leastColumns = boundColumns + rateColumns + 5;
/** Quantiles are those of so many readings. */
const recent = 60;

/**
 * A histogram over time: a row for each bucket, or for some together where there are more than rows, the largest on top;
 * the latest reading is on the right, and beside it how often each bucket was met in the last readings. At least three rows;
 * a terminal too narrow for them gets the quantiles alone.
 */
export function heatLines(metric: MetricState, look: Look, style: Style): string[] {
  const { bounds, history, unit } = metric;
  const groups = groupsOf(metric, look.rows - 1);
  const last = recentCounts(metric);
  if (groups.length === 0)
    return [style.dim(fit('nothing was observed yet', look.columns)), quantileLine(metric, last, look)];
  if (look.columns < leastColumns) return [quantileLine(metric, last, look)];
  const barColumns = look.columns >= 60 ? 10 : 0;
  const cells = Math.max(1, look.columns - boundColumns - rateColumns - barColumns - 4);
  const shown = history.slice(-cells);
  const rateOf = ({ buckets }: Moment, group: Group): number => {
    let sum = 0;
    for (let i = group.first; buckets !== undefined && i <= group.last; i++) sum += buckets[i]!;
    return sum;
  };
  const rates = groups.map((group) => shown.map((moment) => rateOf(moment, group)));
  const hottest = Math.max(...rates.flat(), 0);
  const most = Math.max(...groups.map((group) => countOf(last, group)), 0);
  const line = look.unicode ? '│' : '|';
  const lines = groups.map((group, i) => {
    // A square root shows what is rare beside what is frequent.
    const heat = rates[i]!.map((rate) =>
      heatCell(Math.sqrt(hottest === 0 ? 0 : rate / hottest), look, style),
    ).join('');
    const now = rates[i]!.at(-1) ?? 0;
    const share = most === 0 ? 0 : countOf(last, group) / most;
    const bound = bounds[group.last]!;
    const label = Number.isFinite(bound)
      ? formatQuantity(bound, unit)
      : `> ${formatQuantity(bounds.at(-2) ?? 0, unit)}`;
    return [
      fit(label, boundColumns, 'right'),
      style.dim(line),
      ' '.repeat(cells - shown.length),
      heat,
      style.dim(line),
      fit(now > 0 ? rateText('histogram', unit, now) : '', rateColumns, 'right'),
      barColumns === 0 ? '' : ` ${style.accent(bar(share, barColumns, look.unicode))}`,
    ].join('');
  });
  return [...lines.reverse(), quantileLine(metric, last, look)];
}

type Group = { readonly first: number; readonly last: number };

/** The buckets from the first to the last that anything was counted in, so many together that they fit into the rows. */
function groupsOf({ bounds, series }: MetricState, rows: number): Group[] {
  const met = bounds.map((_, i) => [...series.values()].some(({ counts }) => counts[i]! > 0));
  const [first, last] = [met.indexOf(true), met.lastIndexOf(true)];
  if (first < 0) return [];
  const together = Math.ceil((last - first + 1) / Math.max(1, rows));
  return Array.from({ length: Math.ceil((last - first + 1) / together) }, (_, i) => ({
    first: first + i * together,
    last: Math.min(last, first + (i + 1) * together - 1),
  }));
}

function countOf(counts: Float64Array, { first, last }: Group): number {
  let sum = 0;
  for (let i = first; i <= last; i++) sum += counts[i]!;
  return sum;
}

/** How often each bucket was met in the last readings, per second and added up. */
function recentCounts({ bounds, history }: MetricState): Float64Array {
  const counts = new Float64Array(bounds.length);
  for (const { buckets } of history.slice(-recent)) {
    for (let i = 0; buckets !== undefined && i < counts.length; i++) counts[i]! += buckets[i]!;
  }
  return counts;
}

function quantileLine(
  { bounds, unit, kind, history }: MetricState,
  counts: Float64Array,
  { columns }: Look,
): string {
  const shares = [50, 90, 99].map(
    (share) => `p${share} ${formatQuantity(quantile(share / 100, bounds, counts), unit)}`,
  );
  return fit([...shares, rateText(kind, unit, history.at(-1)?.total ?? Number.NaN)].join('  '), columns);
}
