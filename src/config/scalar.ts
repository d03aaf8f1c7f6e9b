/*
 * What an unquoted YAML scalar means where the schema wants a number or a boolean. Users' files lean on the
 * YAML 1.1 spellings: `010` is eight, `1_000` a thousand, `yes` is true. Undefined: it means nothing of the kind.
 */

const decimal = /^(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i;

export function numberOf(text: string): number | undefined {
  if (text.startsWith('_')) return undefined;
  const digits = text.replaceAll('_', '').toLowerCase();
  const negative = digits.startsWith('-');
  const size = magnitude(digits.replace(/^[-+]/, ''));
  return size !== undefined && negative ? 0 - size : size;
}

function magnitude(digits: string): number | undefined {
  if (/^0[0-7]+$/.test(digits)) return Number.parseInt(digits, 8);
  if (/^0(x[\da-f]+|o[0-7]+|b[01]+)$/.test(digits) || decimal.test(digits)) return Number(digits);
  return undefined;
}

export function booleanOf(text: string): boolean | undefined {
  if (/^(y|yes|on|true)$/i.test(text)) return true;
  if (/^(n|no|off|false)$/i.test(text)) return false;
  return undefined;
}

export function isNull(text: string): boolean {
  return /^(|~|null|Null|NULL)$/.test(text);
}
