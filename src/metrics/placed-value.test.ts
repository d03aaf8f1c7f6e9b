import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { dice } from '../../test/support/dice.ts';
import { compileValue, exactInteger, type PlacedValue } from './placed-value.ts';

/** An integer written bit by bit, as C lays it out on little-endian machines. */
function write(bytes: Buffer, at: number, { offset, size, bits }: PlacedValue, integer: bigint): void {
  const { shift, size: width } = bits ?? { shift: 0, size: size * 8 };
  for (let bit = 0; bit < width; bit++) {
    const place = (at + offset) * 8 + shift + bit;
    const mask = 1 << (place % 8);
    const byte = place >> 3;
    bytes[byte] = (integer >> BigInt(bit)) & 1n ? bytes[byte]! | mask : bytes[byte]! & ~mask;
  }
}

function randomValue(random: ReturnType<typeof dice>): PlacedValue {
  const { below, pick } = random;
  const signed = below(2) === 0;
  const offset = below(12);
  if (below(3) > 0) return { offset, size: pick([1, 2, 4, 8]), signed };
  const shift = below(8);
  const width = 1 + below(64);
  return { offset, size: Math.ceil((shift + width) / 8), signed, bits: { shift, size: width } };
}

test('any integer anywhere is read as it was written, also as the sum of CPUs', () => {
  const random = dice(1);
  for (let round = 0; round < 3000; round++) {
    const value = randomValue(random);
    const perSum = 1 + random.below(3);
    const groups = 1 + random.below(4);
    const stride = value.offset + value.size + random.below(8);
    const values = random.bytes(stride * perSum * groups);
    const width = BigInt(value.bits?.size ?? value.size * 8);
    const written = Array.from({ length: groups * perSum }, (_, i) => {
      const raw = random.bytes(8).readBigUInt64LE();
      const integer = value.signed ? BigInt.asIntN(Number(width), raw) : BigInt.asUintN(Number(width), raw);
      write(values, i * stride, value, integer);
      return integer;
    });
    const first = random.below(groups);
    const out = new Float64Array(groups);
    compileValue(value, stride, perSum)(values, first, groups - first, out);
    for (let group = first; group < groups; group++) {
      const parts = written.slice(group * perSum, (group + 1) * perSum).map(Number);
      const sum = parts.reduce((total, part) => total + part);
      assert.equal(out[group - first], sum, JSON.stringify({ value, stride, perSum, group }));
    }
    assert.equal(exactInteger(values, 0, value), written[0], JSON.stringify(value));
  }
});

describe('the value of maps that count', () => {
  test('is read from a buffer that begins anywhere a word may', () => {
    const values = Buffer.from(new ArrayBuffer(32), 8, 16);
    values.writeBigUInt64LE(7n, 0);
    values.writeBigUInt64LE(2n ** 40n, 8);
    const out = new Float64Array(2);
    const read = compileValue({ offset: 0, size: 8, signed: false }, 8, 1);
    read(values, 0, 2, out);
    assert.deepEqual([...out], [7, 2 ** 40]);
    read(Buffer.from(new ArrayBuffer(16)), 0, 2, out);
    assert.deepEqual([...out], [0, 0]);
  });
});
