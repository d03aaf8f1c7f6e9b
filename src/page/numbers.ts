import type { MetricSummary } from '../live/live.ts';
import { formatQuantity } from '../units/quantity.ts';
import { count, type Unit, unitOf } from '../units/unit-of.ts';

/** How a metric's values over time are written: counters by second, observations of histograms as counts by second. */
export function shownUnit({ exportedName, help, kind }: MetricSummary): { unit: Unit; perSecond: boolean } {
  if (kind === 'histogram') return { unit: count, perSecond: true };
  return { unit: unitOf(exportedName, help), perSecond: kind === 'counter' };
}

/** A value, or a dash where nobody read. */
export function quantity(value: number | null | undefined, unit: Unit = count, perSecond = false): string {
  return value === null || value === undefined ? '–' : formatQuantity(value, unit, perSecond);
}

const second: Unit = { symbol: 's', factor: 1 };

export function seconds(value: number | undefined): string {
  return quantity(value, second);
}

/** Of one CPU: `1.2 %`. */
export function cpuShare(share: number | undefined): string {
  if (share === undefined) return '–';
  const percent = share * 100;
  return `${percent === 0 ? '0' : percent < 0.001 ? '<0.001' : Number(percent.toPrecision(percent < 0.1 ? 1 : 2))} %`;
}
