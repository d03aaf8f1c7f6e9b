import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { drawFrame, type Frame } from './frame.ts';
import type { Look } from './look.ts';
import { madeMetrics } from './made-readings-testing.ts';
import { textWidth } from './text-width.ts';
import { firstView } from './view.ts';

const metrics = madeMetrics(20);

function frame(selected: number, more: Partial<Frame> = {}): Frame {
  return { metrics, view: { ...firstView, selected }, intervalMs: 1000, note: undefined, ...more };
}

/** With what a terminal obeys made visible. */
function visible(lines: readonly string[]): string {
  return `${lines.join('\n').replaceAll('\x1b', '^[')}\n`;
}

/** Compares with golden/NAME.txt, or with UPDATE_GOLDEN=1 in the environment writes it. */
function isGolden(name: string, lines: readonly string[]): void {
  const file = join(import.meta.dirname, 'golden', `${name}.txt`);
  if (process.env.UPDATE_GOLDEN === '1') writeFileSync(file, visible(lines));
  assert.deepEqual(visible(lines).split('\n'), readFileSync(file, 'utf8').split('\n'));
}

describe('a screen is what it was when it was last looked at:', () => {
  const screens: readonly [name: string, frame: Frame, look: Look][] = [
    ['wide-counter', frame(0), { columns: 100, rows: 14, colours: false, unicode: true }],
    ['wide-histogram-in-colour', frame(2), { columns: 100, rows: 16, colours: true, unicode: true }],
    ['gauge-in-ascii', frame(1), { columns: 60, rows: 12, colours: false, unicode: false }],
    ['histogram-in-ascii', frame(2), { columns: 60, rows: 14, colours: false, unicode: false }],
    ['tiny', frame(0), { columns: 24, rows: 8, colours: false, unicode: true }],
    [
      'paused-with-a-note',
      frame(0, { view: { ...firstView, sorting: 'labels', paused: true }, note: 'a program failed' }),
      { columns: 60, rows: 10, colours: true, unicode: true },
    ],
    ['no-metric', frame(0, { metrics: [] }), { columns: 60, rows: 6, colours: false, unicode: true }],
  ];
  for (const [name, what, look] of screens) it(name, () => isGolden(name, drawFrame(what, look)));
});

describe('a screen of any size', () => {
  for (const selected of [0, 1, 2]) {
    it(`holds metric ${selected + 1}`, () => {
      for (let columns = 1; columns <= 130; columns += 3) {
        for (let rows = 1; rows <= 30; rows += 2) {
          const lines = drawFrame(frame(selected), { columns, rows, colours: true, unicode: true });
          const widths = lines.map((line) => textWidth(stripVTControlCharacters(line)));
          assert.ok(lines.length <= rows, `${lines.length} lines in ${rows} rows`);
          assert.ok(Math.max(...widths) <= columns, `${widths} in ${columns}x${rows}`);
        }
      }
    });
  }
});
