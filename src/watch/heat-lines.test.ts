import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { heatLines } from './heat-lines.ts';
import { type Look, styleOf } from './look.ts';
import { madeFamily, madeMetrics } from './made-readings-testing.ts';
import { textWidth } from './text-width.ts';

const look: Look = { columns: 50, rows: 6, colours: false, unicode: false };

function linesOf(counts: (second: number) => number[], size: Partial<Look> = {}): string[] {
  const reading = (second: number) => [
    madeFamily('histogram', 'wait_seconds', 'Waits', [['', ...counts(second)]], [0.001, 0.002, 0.004, 0.008]),
  ];
  const [metric] = madeMetrics(5, reading);
  return heatLines(metric!, { ...look, ...size }, styleOf(false));
}

describe('heat rows', () => {
  it('are those of buckets that anything was in, the largest on top, and what is between', () => {
    const lines = linesOf((second) => [0, second, 0, 4 * second, 0, second]);
    const heads = lines.map((line) => line.slice(0, 9).trim());
    assert.deepEqual(heads.slice(0, -1), ['8 ms', '4 ms', '2 ms']);
    assert.match(stripVTControlCharacters(lines[0]!), / ####\| +4\/s/);
    assert.match(stripVTControlCharacters(lines[2]!), / ::::\| +1\/s/);
    assert.doesNotMatch(lines[1]!, /\/s/);
  });

  it('say what is above the last bound', () => {
    assert.match(linesOf((second) => [0, 0, 0, 0, second, second])[0]!, /> 8 ms/);
  });

  it('stand for several buckets where there is no room for each', () => {
    const lines = linesOf((second) => [second, second, second, second, second, second], { rows: 4 });
    assert.equal(lines.length, 4);
    assert.match(lines[0]!, /> 8 ms/);
    assert.match(lines[0]!, /1\/s/);
    assert.match(lines[1]!, /2\/s/);
  });

  it('are never wider than the screen, whatever its size', () => {
    const counts = (second: number): number[] => [1, 2, 3, 4, 5, 6].map((each) => each * second);
    for (const columns of [1, 10, 24, 30, 50, 59, 60, 200]) {
      const widths = linesOf(counts, { columns }).map((line) => textWidth(stripVTControlCharacters(line)));
      assert.ok(Math.max(...widths) <= columns, `${widths} of ${columns}`);
    }
  });

  it('say that nothing was observed', () => {
    assert.match(linesOf(() => [0, 0, 0, 0, 0, 0])[0]!, /nothing was observed yet/);
  });
});
