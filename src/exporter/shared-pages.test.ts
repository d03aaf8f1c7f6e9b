import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { SharedPages } from './shared-pages.ts';

/** Pages that say how many were written before them, and check that no two are written at a time. */
function numberedPages(): SharedPages {
  let written = 0;
  let writing = 0;
  return new SharedPages(async (page, format) => {
    assert.equal(++writing, 1);
    await setImmediate();
    page.text(`${format} ${written++}`);
    writing--;
  });
}

test('overlapping scrapes of one format share a page, those of another get their own', async () => {
  const pages = numberedPages();
  const leases = await Promise.all([pages.lease('text'), pages.lease('openmetrics'), pages.lease('text')]);
  assert.deepEqual(
    leases.map(({ bytes }) => bytes.toString()),
    ['text 0', 'openmetrics 1', 'text 0'],
  );
});

test('a later scrape gets a page of its own', async () => {
  const pages = numberedPages();
  (await pages.lease('text')).release();
  assert.equal((await pages.lease('text')).bytes.toString(), 'text 1');
});

test('a page is not written again before everyone who has it released it', async () => {
  const pages = numberedPages();
  const [first, second] = await Promise.all([pages.lease('text'), pages.lease('text')]);
  first.release();
  const third = await pages.lease('text');
  assert.equal(second.bytes.toString(), 'text 0');
  second.release();
  third.release();
  const fourth = await pages.lease('text');
  assert.ok(
    [first.bytes.buffer, third.bytes.buffer].includes(fourth.bytes.buffer),
    'a released page is used again',
  );
});

test('a page that cannot be written is an error for its readers, and the next is tried', async () => {
  let tries = 0;
  const pages = new SharedPages(async (page) => {
    if (++tries === 1) throw new Error('out of luck');
    page.text('fine');
  });
  await assert.rejects(pages.lease('text'), /out of luck/);
  assert.equal((await pages.lease('text')).bytes.toString(), 'fine');
});
