import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BtfType, IntegerType } from './btf-type.ts';
import { encodeVariable, type VariableText } from './encode-variable.ts';

const common = { typedefs: [], name: '' };
const integer = (size: number, signed = false, encoding: IntegerType['encoding'] = 'number'): IntegerType => {
  return { kind: 'integer', ...common, size, signed, encoding };
};
const array = (element: BtfType, length: number): BtfType => {
  return { kind: 'array', ...common, size: element.size * length, element, length };
};
const char = integer(1, true, 'char');
const bool = integer(1, false, 'bool');
const color: BtfType = {
  kind: 'enum',
  ...common,
  size: 4,
  signed: true,
  values: [
    { name: 'RED', value: 1n },
    { name: 'NONE', value: -1n },
  ],
};

const encoded: readonly [what: string, type: BtfType, value: VariableText, hex: string][] = [
  ['a byte', integer(1), '255', 'ff'],
  ['a signed byte', integer(1, true), '-128', '80'],
  ['two bytes', integer(2), '0x1234', '3412'],
  ['four bytes, signed', integer(4, true), '-2', 'feffffff'],
  ['the largest integer', integer(8), '18_446_744_073_709_551_615', 'ffffffffffffffff'],
  ['an octal number', integer(4), '010', '08000000'],
  ['a binary number', integer(4), '0b101', '05000000'],
  ['true', bool, 'yes', '01'],
  ['false', bool, 'Off', '00'],
  ['a letter', char, 'x', '78'],
  ['a char by number', char, '-1', 'ff'],
  ['a name of an enum', color, 'NONE', 'ffffffff'],
  ['a number of an enum', color, '7', '07000000'],
  ['text', array(char, 6), 'bash', '626173680000'],
  ['no text', array(char, 2), '', '0000'],
  ['text of digits', array(char, 3), '10', '313000'],
  ['a list', array(integer(2), 3), ['1', '2'], '010002000000'],
  ['a list of char', array(char, 3), ['a', '10'], '610a00'],
];
for (const [what, type, value, hex] of encoded) {
  test(`${what} is encoded`, () => {
    const bytes = encodeVariable(type, value);
    assert.ok(typeof bytes !== 'string', String(bytes));
    assert.deepEqual([bytes.toString('hex'), bytes.length], [hex, type.size]);
  });
}

const struct: BtfType = { kind: 'struct', ...common, size: 4, members: [] };
const refused: readonly [what: string, type: BtfType, value: VariableText, needed: string][] = [
  ['a byte of 256', integer(1), '256', 'a whole number from 0 to 255'],
  ['a negative unsigned', integer(4), '-1', 'a whole number from 0 to 4294967295'],
  ['a fraction', integer(1, true), '1.5', 'a whole number from -128 to 127'],
  ['text for a number', integer(1), 'one', 'a whole number from 0 to 255'],
  ['nothing for a number', integer(1), '', 'a whole number from 0 to 255'],
  ['a number for a bool', bool, '2', 'true or false'],
  ['an unknown name', color, 'BLUE', 'one of RED, NONE'],
  ['a text that fills its array', array(char, 4), 'bash', 'a text of 3 bytes or fewer'],
  ['a list for one value', integer(4), ['1'], 'one value'],
  ['one value for a list', array(integer(4), 2), '1', 'a list of 2 values or fewer'],
  ['a long list', array(integer(4), 1), ['1', '2'], 'a list of 1 values or fewer'],
  ['a list with a wrong element', array(bool, 2), ['yes', 'x'], 'true or false as element 1'],
  ['a struct', struct, '1', 'a variable that is an integer, bool, enum or an array of them'],
];
for (const [what, type, value, needed] of refused) {
  test(`${what} is refused`, () => assert.equal(encodeVariable(type, value), needed));
}
