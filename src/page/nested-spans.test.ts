import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { nested, traceTime } from './nested-spans.ts';

type Span = Parameters<typeof nested>[0][number];

function span(id: string, start: number, parentId?: string): Span {
  const rest = { config: 'c', name: id, service: 's', seconds: 1, attributes: {} };
  return { id, start, ...rest, ...(parentId !== undefined && { parentId }) };
}

describe('the spans of a trace', () => {
  test('stand below the one that caused them, in their order', () => {
    const spans = [
      span('late', 3, 'root'),
      span('leaf', 2, 'early'),
      span('early', 1, 'root'),
      span('root', 0),
    ];
    assert.deepEqual(
      nested(spans).map(({ span, depth }) => [span.id, depth]),
      [
        ['root', 0],
        ['early', 1],
        ['leaf', 2],
        ['late', 1],
      ],
    );
  });

  test('are all there when a parent is not, or when they name each other', () => {
    assert.deepEqual(
      nested([span('a', 0, 'gone')]).map(({ depth }) => depth),
      [0],
    );
    assert.equal(nested([span('a', 0, 'b'), span('b', 1, 'a')]).length, 2);
  });

  test('last from the first start to the last end', () => {
    assert.deepEqual(traceTime({ id: 't', spans: [span('a', 5), span('b', 7)] }), { start: 5, length: 3 });
  });
});
