import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { Page, type PagePart } from '../exposition/page.ts';
import { type PageWork, pageParts } from './page-parts.ts';

const never = new Promise<void>(() => undefined);
const lineCount = 200_000;
const wholePage = Array.from({ length: lineCount }, (_, line) => `line ${line}\n`).join('');

/** The parts of a page of 200,000 lines, with what is going on. */
function startPage(hurry: Promise<void> = never): {
  parts: AsyncGenerator<PagePart>;
  state: { lines: number; written: number };
} {
  const page = new Page();
  const state = { lines: 0, written: 0 };
  function* lines(): Iterable<void> {
    for (; state.lines < lineCount; state.lines++) {
      page.text(`line ${state.lines}\n`);
      yield;
    }
  }
  const work: PageWork = { lines: lines(), hurry, onWritten: () => state.written++ };
  return { parts: pageParts(page, work), state };
}

async function textOf(parts: AsyncIterable<PagePart>): Promise<string[]> {
  const texts: string[] = [];
  for await (const { bytes } of parts) texts.push(bytes.toString());
  return texts;
}

describe('a page in parts', () => {
  it('is the whole page in the end, each part of it written when it is asked for', async () => {
    const { parts, state } = startPage();
    const first = await parts.next();
    const text = first.value.bytes.toString();
    assert.equal(first.value.last, false);
    assert.ok(state.lines < lineCount / 2, `${state.lines} lines`);
    const rest = await textOf(parts);
    assert.ok(rest.length > 3);
    assert.equal(text + rest.join('') === wholePage, true);
    assert.ok(state.written > 0);
  });

  it('says which part is the last', async () => {
    const lasts: boolean[] = [];
    for await (const { last } of startPage().parts) lasts.push(last);
    assert.equal(lasts.indexOf(true), lasts.length - 1);
  });

  it('is one part when it is small', async () => {
    const page = new Page();
    const lines = (function* () {
      page.text('a 1\n');
      yield;
    })();
    const parts = pageParts(page, { lines, hurry: never, onWritten: () => undefined });
    assert.deepEqual(await textOf(parts), ['a 1\n']);
  });

  it('is written to its end while its reader has not yet taken the first part, which stays as it is', async () => {
    const hurry = Promise.withResolvers<void>();
    const { parts, state } = startPage(hurry.promise);
    const first = await parts.next();
    hurry.resolve();
    while (state.written === 0) await setImmediate();
    assert.equal(state.lines, lineCount);
    const rest = await textOf(parts);
    assert.equal(rest.length, 1);
    assert.equal(first.value.bytes.toString() + rest[0] === wholePage, true);
  });

  it('is two parts at most when somebody waits from the start', async () => {
    const texts = await textOf(startPage(Promise.resolve()).parts);
    assert.ok(texts.length <= 2);
    assert.equal(texts.join('') === wholePage, true);
  });

  it('ends when nobody wants the rest', async () => {
    const { parts, state } = startPage();
    for await (const _ of parts) break;
    assert.ok(state.lines < lineCount);
    assert.equal(state.written, 1);
  });
});
