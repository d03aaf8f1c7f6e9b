import { deepEqual, equal } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { byDistance, didYouMean, editDistance, nearest } from './nearest.ts';

describe('nearest', () => {
  const cases: [word: string, candidates: string[], expected: string | undefined][] = [
    ['lables', ['name', 'labels', 'help'], 'labels'],
    ['unit', ['hex', 'uint'], 'uint'],
    ['String', ['string'], 'string'],
    ['exp3', ['exp2', 'exp2zero'], 'exp2'],
    ['banana', ['name', 'labels', 'help'], undefined],
    ['x', [], undefined],
  ];
  for (const [word, candidates, expected] of cases) {
    it(`finds ${expected ?? 'nothing'} for ${word}`, () => equal(nearest(word, candidates), expected));
  }

  it('counts a swap of neighbours as one edit', () => equal(editDistance('pdading', 'padding'), 1));
  it('counts inserted, deleted and replaced letters', () => equal(editDistance('kitten', 'sitting'), 3));
  it('keeps equally near candidates in order', () =>
    deepEqual(byDistance('b', ['bcd', 'a', 'c']), ['a', 'c', 'bcd']));
  it('words a suggestion', () => equal(didYouMean('hepl', ['help']), '"hepl" (did you mean "help"?)'));
});
