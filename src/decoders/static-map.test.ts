import { testDecoder } from './decoder-testing.ts';

const staticMap = new Map([
  ['1', 'read'],
  ['0x800', 'ipv4'],
  ['', 'nothing'],
]);

testDecoder('static_map', [
  { it: 'gives the mapped value', input: '1', staticMap, gives: 'read' },
  { it: 'compares keys as text, not as numbers', input: '2048', staticMap, gives: 'unknown:2048' },
  { it: 'finds a key written in hex by the same text', input: '0x800', staticMap, gives: 'ipv4' },
  { it: 'maps the empty text', input: '', staticMap, gives: 'nothing' },
  { it: 'marks an absent key', input: '9', staticMap, gives: 'unknown:9' },
  { it: 'gives an absent key itself when allowed', input: '9', staticMap, allowUnknown: true, gives: '9' },
  { it: 'knows nothing with an empty map', input: '9', staticMap: new Map(), gives: 'unknown:9' },
  { it: 'says so when there is no map', input: '1', gives: 'empty mapping' },
  {
    it: 'says so when there is no map, unknown allowed or not',
    input: '1',
    allowUnknown: true,
    gives: 'empty mapping',
  },
]);
