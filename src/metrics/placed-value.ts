/** An integer somewhere in the value of a map. */
export type PlacedValue = {
  /** Bytes from the start of the value. */
  readonly offset: number;
  /** Bytes: 1, 2, 4 or 8. */
  readonly size: number;
  readonly signed: boolean;
  /** For a bit field: its place in those bytes, which may then be 1 to 9, as one little-endian integer. */
  readonly bits?: { readonly shift: number; readonly size: number };
};

/** Buckets of a histogram that stand in the value as an array: the index is the bucket's key. */
export type PlacedSlots = {
  readonly buckets: readonly PlacedValue[];
  /** Undefined: the element behind the last bucket is the sum. */
  readonly sum: PlacedValue | undefined;
  /** Where what is above the last bucket is counted, if it is. */
  readonly beyond?: PlacedValue;
};

/** Bytes of a value that tell entries apart, as their key does. */
export type ValuePart = { readonly offset: number; readonly size: number };

export function isIntegerSize(size: number): boolean {
  return [1, 2, 4, 8].includes(size);
}

/** The value of maps that count: a u64. */
export const u64: PlacedValue = { offset: 0, size: 8, signed: false };

/**
 * Reads one integer of the values `first..first + count` of a batch into `out`, or of each group of `perSum` of them the
 * sum. A run at a time, so that no number is made an object on its way.
 */
export type ValueReader = (values: Buffer, first: number, count: number, out: Float64Array) => void;

/** `stride`: bytes from one value to the next. */
export function compileValue(value: PlacedValue, stride: number, perSum: number): ValueReader {
  const { offset, size } = value;
  const aligned = stride % 4 === 0 && offset % 4 === 0;
  return size === 8 && aligned && !value.signed && value.bits === undefined
    ? u64Reader(offset / 4, stride / 4, perSum)
    : integerReader(value, stride, perSum);
}

/** As two words of 4 bytes, the lower first: what most maps have. */
function u64Reader(offset: number, stride: number, perSum: number): ValueReader {
  let of: Buffer | undefined;
  let words: Uint32Array = new Uint32Array(0);
  return (values, first, count, out) => {
    if (values !== of) {
      of = values;
      words = new Uint32Array(values.buffer, values.byteOffset, values.length >> 2);
    }
    let at = first * perSum * stride + offset;
    for (let i = 0; i < count; i++, at += stride) {
      let sum = words[at]! + words[at + 1]! * 0x100000000;
      for (let nth = 1; nth < perSum; nth++) {
        at += stride;
        sum += words[at]! + words[at + 1]! * 0x100000000;
      }
      out[i] = sum;
    }
  };
}

/** Any integer, aligned or not. */
function integerReader(value: PlacedValue, stride: number, perSum: number): ValueReader {
  let of: Buffer | undefined;
  let view: DataView = new DataView(new ArrayBuffer(0));
  return (values, first, count, out) => {
    if (values !== of) {
      of = values;
      view = new DataView(values.buffer, values.byteOffset, values.length);
    }
    let at = first * perSum * stride + value.offset;
    for (let i = 0; i < count; i++, at += stride) {
      let sum = integerAt(view, at, value);
      for (let nth = 1; nth < perSum; nth++) {
        at += stride;
        sum += integerAt(view, at, value);
      }
      out[i] = sum;
    }
  };
}

/** Reads the integer of one value, which begins at `at`. */
export function compileInteger(value: PlacedValue): (bytes: Buffer, at: number) => number {
  let of: Buffer | undefined;
  let view: DataView = new DataView(new ArrayBuffer(0));
  return (bytes, at) => {
    if (bytes !== of) {
      of = bytes;
      view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    }
    return integerAt(view, at + value.offset, value);
  };
}

function integerAt(view: DataView, at: number, { size, signed, bits }: PlacedValue): number {
  if (bits !== undefined) return bitsAt(view, at, size, signed, bits);
  switch (size) {
    case 1:
      return signed ? view.getInt8(at) : view.getUint8(at);
    case 2:
      return signed ? view.getInt16(at, true) : view.getUint16(at, true);
    case 4:
      return signed ? view.getInt32(at, true) : view.getUint32(at, true);
    default: {
      const high = signed ? view.getInt32(at + 4, true) : view.getUint32(at + 4, true);
      return view.getUint32(at, true) + high * 0x100000000;
    }
  }
}

function bitsAt(
  view: DataView,
  at: number,
  size: number,
  signed: boolean,
  bits: { shift: number; size: number },
): number {
  if (size > 4) return Number(exactBits((byte) => view.getUint8(at + byte), size, signed, bits));
  let word = 0;
  for (let byte = 0; byte < size; byte++) word |= view.getUint8(at + byte) << (8 * byte);
  // Up to the top, which drops what is above, and down again, with the sign or without.
  const top = word << (32 - bits.size - bits.shift);
  return signed ? top >> (32 - bits.size) : top >>> (32 - bits.size);
}

/** One integer of the value that begins at `at`, with all its digits: for people, not for scrapes. */
export function exactInteger(
  values: Buffer,
  at: number,
  { offset, size, signed, bits }: PlacedValue,
): bigint {
  const whole = { shift: 0, size: size * 8 };
  return exactBits((byte) => values[at + offset + byte]!, size, signed, bits ?? whole);
}

function exactBits(
  byteAt: (byte: number) => number,
  size: number,
  signed: boolean,
  bits: { shift: number; size: number },
): bigint {
  let integer = 0n;
  for (let byte = size - 1; byte >= 0; byte--) integer = (integer << 8n) | BigInt(byteAt(byte));
  integer >>= BigInt(bits.shift);
  return signed ? BigInt.asIntN(bits.size, integer) : BigInt.asUintN(bits.size, integer);
}
