import type { Unit } from './unit-of.ts';

/** How the numbers of one axis or column are written: each times `factor`, with `suffix` behind it. */
export type Scale = { readonly factor: number; readonly suffix: string };

const large = ['', 'k', 'M', 'G', 'T', 'P', 'E'];
const small = ['', 'm', 'µ', 'n'];

/**
 * The scale in which `value`, and what is about as large, has one to three digits before its point: `1.2 ms`,
 * `3.4 MB/s`. Counts and bytes have no thousandths.
 *
 * @param perSecond whether values are changes per second.
 */
export function scaleFor(value: number, unit: Unit, perSecond = false): Scale {
  const per = perSecond ? '/s' : '';
  if (unit.symbol === 'time') return { factor: 1, suffix: perSecond ? 's/s' : '' };
  const size = Math.abs(value * unit.factor);
  if (unit.symbol === '%' || unit.symbol === '°C') return { factor: unit.factor, suffix: unit.symbol + per };
  if (unit.symbol === 's' && !perSecond && size >= 60) return longTime(size, unit.factor);
  const [prefix, power] = prefixOf(size, unit.symbol);
  const space = unit.symbol === '' ? '' : ' ';
  return { factor: unit.factor / power, suffix: `${space}${prefix}${unit.symbol}${per}` };
}

function prefixOf(size: number, symbol: string): [string, number] {
  if (!Number.isFinite(size) || size === 0) return ['', 1];
  // What three digits round up to the next prefix is written with that.
  const step = Math.floor(Math.log10(Number(size.toPrecision(3))) / 3);
  if (step >= 0)
    return [large[Math.min(step, large.length - 1)] ?? '', 1000 ** Math.min(step, large.length - 1)];
  if (symbol === '' || symbol === 'B' || symbol === 'bit') return ['', 1];
  const down = Math.min(-step, small.length - 1);
  return [small[down] ?? '', 1000 ** -down];
}

/** Seconds past a minute, in what people count them in. */
function longTime(seconds: number, factor: number): Scale {
  if (seconds < 5400) return { factor: factor / 60, suffix: ' min' };
  if (seconds < 86400 * 2) return { factor: factor / 3600, suffix: ' h' };
  return { factor: factor / 86400, suffix: ' d' };
}

/** A number in a scale, with three digits that count: `1.23 ms`, `12.3 ms`, `123 ms`. */
export function formatIn(scale: Scale, value: number): string {
  const scaled = value * scale.factor;
  if (Number.isNaN(scaled)) return '–';
  if (!Number.isFinite(scaled)) return scaled > 0 ? '∞' : '-∞';
  return `${digits(scaled)}${scale.suffix}`;
}

function digits(value: number): string {
  const size = Math.abs(value);
  if (Number.isInteger(value) && size < 1000) return String(value);
  if (size >= 999.5) return size < 1e15 ? String(Math.round(value)) : value.toPrecision(3);
  if (size < 0.0005) return value.toPrecision(1);
  return String(Number(value.toPrecision(3)));
}

/** A value of a metric as people say it: `formatQuantity(0.0012, unitOf('x_seconds'))` is `1.2 ms`. */
export function formatQuantity(value: number, unit: Unit, perSecond = false): string {
  if (unit.symbol === 'time' && !perSecond) return formatTime(value * unit.factor);
  return formatIn(scaleFor(value, unit, perSecond), value);
}

/** `2026-01-31 12:00:00`, in UTC. */
function formatTime(seconds: number): string {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) || seconds === 0
    ? '–'
    : date.toISOString().slice(0, 19).replace('T', ' ');
}
