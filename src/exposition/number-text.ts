/**
 * A sample value as the text formats write it: the shortest digits that round-trip, in exponent form when the decimal
 * exponent of the first digit is below -4 or at least 6, with a sign and at least two exponent digits.
 */
export function numberText(value: number): string {
  const size = Math.abs(value);
  if (value === 0) return '0';
  // JavaScript itself writes exponents only below 1e-6 and from 1e21 on.
  if (size >= 1e-4 && size < 1e6) return String(value);
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
  const text = value.toExponential();
  return text.at(-2) === '+' || text.at(-2) === '-' ? `${text.slice(0, -1)}0${text.slice(-1)}` : text;
}

/** As OpenMetrics wants `le` written: the same, but a whole number keeps a decimal point (`1.0`). */
export function openMetricsNumberText(value: number): string {
  const text = numberText(value);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}
