import type { BtfType, EnumType, IntegerType } from './btf-type.ts';

/** What a file says that a variable is: one text, or one for each element of an array. */
export type VariableText = string | readonly string[];

/**
 * The bytes of a C variable of a type, as many as it has, in host byte order. Integers of 1 to 8 bytes, bool, enums by
 * name or number, text for arrays of char, lists for other arrays, whose rest is zero. A text, what would be needed,
 * when the value does not fit the type.
 */
export function encodeVariable(type: BtfType, value: VariableText): Buffer | string {
  if (type.kind === 'array') {
    const { element, length } = type;
    const isText = element.kind === 'integer' && element.encoding === 'char';
    return isText && typeof value === 'string'
      ? encodeText(value, length)
      : encodeList(element, length, value);
  }
  if (typeof value !== 'string') return 'one value';
  if (type.kind === 'integer') return encodeInteger(type, value);
  if (type.kind === 'enum') return encodeEnum(type, value);
  return 'a variable that is an integer, bool, enum or an array of them';
}

function encodeText(text: string, length: number): Buffer | string {
  const bytes = Buffer.alloc(length);
  if (Buffer.byteLength(text) >= length) return `a text of ${length - 1} bytes or fewer`;
  bytes.write(text);
  return bytes;
}

function encodeList(element: BtfType, length: number, value: VariableText): Buffer | string {
  if (typeof value === 'string' || value.length > length) return `a list of ${length} values or fewer`;
  const bytes = Buffer.alloc(element.size * length);
  for (const [i, text] of value.entries()) {
    const one = encodeVariable(element, text);
    if (typeof one === 'string') return `${one} as element ${i}`;
    one.copy(bytes, i * element.size);
  }
  return bytes;
}

function encodeInteger(type: IntegerType, text: string): Buffer | string {
  if (type.encoding === 'bool') {
    const number = /^(true|yes|y|on|1)$/i.test(text)
      ? 1n
      : /^(false|no|n|off|0)$/i.test(text)
        ? 0n
        : undefined;
    return number === undefined ? 'true or false' : integerBytes(type, number);
  }
  const [letter] = type.encoding === 'char' && /^[^0-9]$/.test(text) ? Buffer.from(text) : [];
  return integerBytes(type, letter === undefined ? integerOf(text) : BigInt(letter));
}

function encodeEnum(type: EnumType, text: string): Buffer | string {
  const named = type.values.find(({ name }) => name === text)?.value;
  const bytes = integerBytes(type, named ?? integerOf(text));
  if (typeof bytes !== 'string') return bytes;
  return `one of ${type.values.map(({ name }) => name).join(', ')}`;
}

/** `text` as YAML has integers: with a sign, underscores, in base 2, 8, 10 or 16. */
function integerOf(text: string): bigint | undefined {
  const [, sign, digits = ''] = /^([-+]?)(\w+)$/.exec(text.replaceAll('_', '')) ?? [];
  const literal = /^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits;
  if (!/^(\d+|0x[\da-f]+|0o[0-7]+|0b[01]+)$/i.test(literal)) return undefined;
  return sign === '-' ? -BigInt(literal) : BigInt(literal);
}

function integerBytes(
  { size, signed }: Pick<IntegerType, 'size' | 'signed'>,
  number: bigint | undefined,
): Buffer | string {
  const bits = size * 8;
  const least = signed ? -(2n ** BigInt(bits - 1)) : 0n;
  const most = 2n ** BigInt(signed ? bits - 1 : bits) - 1n;
  if (number === undefined || number < least || number > most) {
    return `a whole number from ${least} to ${most}`;
  }
  const bytes = Buffer.alloc(size);
  let rest = BigInt.asUintN(bits, number);
  for (let at = 0; at < size; at++, rest >>= 8n) bytes[at] = Number(rest & 0xffn);
  return bytes;
}
