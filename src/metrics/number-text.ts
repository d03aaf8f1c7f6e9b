/**
 * A sample value as the text formats write it: the shortest digits that round-trip, in exponent form when the decimal
 * exponent of the first digit is below -4 or at least 6, with a sign and at least two exponent digits.
 */
export function numberText(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e6) return value === 0 ? '0' : String(value);
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
  const [mantissa = '', exponentText = ''] = value.toExponential().split('e');
  const exponent = Number(exponentText);
  if (exponent >= -4 && exponent < 6) return plain(mantissa, exponent);
  const digits = String(Math.abs(exponent)).padStart(2, '0');
  return `${mantissa}e${exponent < 0 ? '-' : '+'}${digits}`;
}

/** As OpenMetrics wants `le` written: the same, but a whole number keeps a decimal point (`1.0`). */
export function openMetricsNumberText(value: number): string {
  const text = numberText(value);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}

/** JavaScript itself writes exponents only below -6 and from 21 on, so small numbers are spelled out from the digits. */
function plain(mantissa: string, exponent: number): string {
  if (exponent >= 0) return String(Number(`${mantissa}e${exponent}`));
  const sign = mantissa.startsWith('-') ? '-' : '';
  return `${sign}0.${'0'.repeat(-exponent - 1)}${mantissa.replace(/[-.]/g, '')}`;
}
