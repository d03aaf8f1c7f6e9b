import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import type { PagePart } from '../exposition/page.ts';
import { SharedPage } from './shared-page.ts';
import { Spares } from './spares.ts';

const never = new Promise<void>(() => undefined);
const lineCount = 200_000;
const wholePage = Array.from({ length: lineCount }, (_, line) => `line ${line}\n`).join('');
const open = new AbortController().signal;

type Given = { hurry?: Promise<void>; hold?: (bytes: number) => void; spares?: Spares; failAt?: number };

/** A page of 200,000 lines, with what is going on. */
function startPage({ hurry = never, hold = () => undefined, spares = new Spares(), failAt }: Given = {}): {
  page: SharedPage;
  state: { lines: number; written: number; held: number };
} {
  const state = { lines: 0, written: 0, held: 0 };
  const page = new SharedPage({
    *lines(page) {
      for (; state.lines < lineCount; state.lines++) {
        if (state.lines === failAt) throw new Error('no more');
        page.text(`line ${state.lines}\n`);
        yield;
      }
    },
    hurry,
    spares,
    hold: (bytes) => {
      state.held += bytes;
      hold(bytes);
    },
    onWritten: () => state.written++,
  });
  return { page, state };
}

async function textOf(parts: AsyncIterable<PagePart>): Promise<string> {
  let text = '';
  for await (const { bytes } of parts) text += bytes.toString();
  return text;
}

/** Compared as a whole: a difference of megabytes is no help. */
function assertWhole(text: string): void {
  assert.equal(text === wholePage, true);
}

describe('a page that is shared', () => {
  it('is the whole page in the end, each part of it written when it is asked for', async () => {
    const { page, state } = startPage();
    const parts = page.read(open);
    const { value } = await parts.next();
    assert.equal(value.last, false);
    assert.ok(state.lines < lineCount / 2, `${state.lines} lines`);
    assertWhole(value.bytes.toString() + (await textOf(parts)));
    assert.ok(state.written > 0);
    assert.equal(state.held, 0);
  });

  it('says which part is the last', async () => {
    const lasts: boolean[] = [];
    for await (const { last } of startPage().page.read(open)) lasts.push(last);
    assert.ok(lasts.length > 3);
    assert.equal(lasts.indexOf(true), lasts.length - 1);
  });

  it('takes the memory of one part for one reader, again for the next page', async () => {
    const spares = new Spares();
    const places = new Set<ArrayBufferLike>();
    for (let page = 0; page < 2; page++) {
      for await (const { bytes } of startPage({ spares }).page.read(open)) places.add(bytes.buffer);
    }
    assert.equal(places.size, 1);
  });

  it('is written once for all, and kept for the slowest', async () => {
    const { page, state } = startPage();
    const slow = page.read(open);
    const first = slow.next();
    assert.equal(page.joinable, true);
    const fast = await Promise.all([textOf(page.read(open)), textOf(page.read(open))]);
    fast.forEach(assertWhole);
    assert.equal(state.lines, lineCount);
    assert.ok(state.held >= wholePage.length, `${state.held} bytes`);
    assertWhole((await first).value.bytes.toString() + (await textOf(slow)));
    assert.equal(state.held, 0);
  });

  it('cannot be joined when its start is gone', async () => {
    const { page } = startPage();
    const parts = page.read(open);
    await parts.next();
    assert.equal(page.joinable, true);
    await parts.next();
    assert.equal(page.joinable, false);
    await parts.return(undefined);
  });

  it('is written to its end in memory while its reader has yet to take the first part, which stays as it is', async () => {
    const { promise: hurry, resolve } = Promise.withResolvers<void>();
    const { page, state } = startPage({ hurry });
    const parts = page.read(open);
    const { value } = await parts.next();
    resolve();
    while (state.written === 0) await setImmediate();
    assert.equal(state.lines, lineCount);
    assert.ok(state.held >= wholePage.length, `${state.held} bytes`);
    assertWhole(value.bytes.toString() + (await textOf(parts)));
    assert.equal(state.held, 0);
  });

  it('is written to its end whenever somebody begins to wait', async () => {
    const long = 'x'.repeat(100_000); // a part is done within a turn
    for (let ticks = 0; ticks < 20; ticks++) {
      const { promise: hurry, resolve } = Promise.withResolvers<void>();
      let written = false;
      const page = new SharedPage({
        *lines(page) {
          for (let line = 0; line < 20; line++) yield page.text(long);
        },
        hurry,
        spares: new Spares(),
        hold: () => undefined,
        onWritten: () => {
          written = true;
        },
      });
      const parts = page.read(open);
      const first = parts.next();
      for (let tick = 0; tick < ticks; tick++) await undefined;
      resolve();
      await first; // and no more
      for (let turn = 0; turn < 100 && !written; turn++) await setImmediate();
      assert.equal(written, true, `after ${ticks} ticks`);
      await parts.return(undefined);
    }
  });

  it('is the whole page when somebody waits from the start', async () => {
    assertWhole(await textOf(startPage({ hurry: Promise.resolve() }).page.read(open)));
  });

  it('is not written on when nobody wants the rest', async () => {
    const { page, state } = startPage();
    for await (const _ of page.read(open)) break;
    assert.ok(state.lines < lineCount);
    assert.ok(state.written > 0);
    assert.equal(state.held, 0);
    assert.equal(page.joinable, false);
  });

  it('lets go at once what it keeps for a reader whose signal is aborted', async () => {
    const { promise: hurry, resolve } = Promise.withResolvers<void>();
    const { page, state } = startPage({ hurry });
    const gone = new AbortController();
    const parts = page.read(gone.signal);
    await parts.next();
    resolve();
    while (state.written === 0) await setImmediate();
    gone.abort();
    assert.equal(state.held, 0);
    assert.equal((await parts.next()).done, true);
  });

  it('is not written on when its reader is given up for what it makes us keep', async () => {
    const gone = new AbortController();
    const { promise: hurry, resolve } = Promise.withResolvers<void>();
    const { page, state } = startPage({ hurry, hold: () => state.held > 600_000 && gone.abort() });
    const parts = page.read(gone.signal);
    await parts.next();
    resolve();
    while (state.written === 0) await setImmediate();
    await setImmediate();
    assert.ok(state.lines < lineCount);
    assert.equal(state.held, 0);
  });

  it('is nothing for a reader who is gone before', async () => {
    const { page, state } = startPage();
    assert.equal(await textOf(page.read(AbortSignal.abort())), '');
    assert.deepEqual(state, { lines: 0, written: state.written, held: 0 });
    assert.ok(state.written > 0);
  });

  it('that fails is an error for everyone', async () => {
    const { page, state } = startPage({ failAt: 100_000 });
    const both = await Promise.allSettled([textOf(page.read(open)), textOf(page.read(open))]);
    for (const one of both) assert.match(String(one.status === 'rejected' && one.reason), /no more/);
    assert.ok(state.written > 0);
    assert.equal(state.held, 0);
  });
});
