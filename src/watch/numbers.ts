import { formatQuantity } from '../units/quantity.ts';
import { count } from '../units/unit-of.ts';
import type { MetricState, SeriesState } from './metric-state.ts';

/** The latest of all label sets together: a rate, or of a gauge the sum. */
export function total({ kind, unit, history }: MetricState): string {
  const latest = history.at(-1)?.total ?? Number.NaN;
  return kind === 'gauge' ? formatQuantity(latest, unit) : rateText(kind, unit, latest);
}

/** What happens in a second: of a histogram observations, which have no unit. */
export function rateText(kind: MetricState['kind'], unit: MetricState['unit'], rate: number): string {
  return formatQuantity(rate, kind === 'histogram' ? count : unit, true);
}

export function valueText({ kind, unit }: MetricState, { value }: SeriesState): string {
  return formatQuantity(value, kind === 'histogram' ? count : unit);
}
