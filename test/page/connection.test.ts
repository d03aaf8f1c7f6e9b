import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { until } from '../kernel/support/wait.ts';
import { needsBrowser, startBrowser } from './support/browser.ts';
import { madeLive } from './support/made-data.ts';
import { serveMadeData } from './support/made-server.ts';
import { openPage } from './support/open-page.ts';

describe('the live page', needsBrowser(), () => {
  let browser: Browser;
  before(async () => {
    browser = await startBrowser();
  });
  after(() => browser?.close());

  test('says when the exporter is gone, keeps what it has, and goes on when it is back', async () => {
    await using first = await serveMadeData({ data: madeLive });
    await using opened = await openPage(browser, first.url, { mayDisconnect: true });
    const { page } = opened;
    await connection(page, 'Live');
    await first.close();
    await page.getByText('Disconnected: it does not answer.').waitFor();
    assert.equal(await page.title(), '(away) db-17.example · eBPF exporter');
    assert.ok(await page.getByRole('link', { name: 'tcp_retransmits_total' }).isVisible());
    await using _second = await serveMadeData({ data: madeLive, port: first.port });
    await connection(page, 'Live');
    await opened.check();
  });

  test('asks for nothing while nobody looks', async () => {
    await using server = await serveMadeData({ data: madeLive, eventsEveryMs: 50 });
    await using opened = await openPage(browser, server.url);
    await connection(opened.page, 'Live');
    await setHidden(opened.page, true);
    await connection(opened.page, 'Paused');
    await until('the stream is closed', () => server.streams() === 0);
    const asked = server.asked.length;
    await setHidden(opened.page, false);
    await connection(opened.page, 'Live');
    assert.equal(server.asked.length, asked + 1);
    await opened.check();
  });

  test('asks every five seconds where there are too many streams', async () => {
    await using server = await serveMadeData({ data: madeLive, noStreams: true });
    await using opened = await openPage(browser, server.url, { mayDisconnect: true });
    await connection(opened.page, 'Every 5 s');
    await opened.page.getByRole('link', { name: 'tcp_retransmits_total' }).waitFor();
    await opened.check();
  });

  test('adds what is new to the fifteen minutes that it began with', async () => {
    await using server = await serveMadeData({ data: madeLive, eventsEveryMs: 100 });
    await using opened = await openPage(browser, `${server.url}#metric=socket_bytes_total`);
    const now = opened.page.locator('td.now').first();
    await now.waitFor();
    const before = await now.textContent();
    assert.match(before ?? '', /^[\d.]+ MB\/s$/);
    await until('the value moves', async () => (await now.textContent()) !== before);
    assert.equal(server.asked.length, 1);
    await opened.check();
  });
});

async function connection(page: Page, text: string): Promise<void> {
  await page.locator('header .fresh').getByText(text, { exact: true }).waitFor();
}

/** What a browser does when another tab is in front. */
async function setHidden(page: Page, hidden: boolean): Promise<void> {
  await page.evaluate((value) => {
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => value });
    document.dispatchEvent(new Event('visibilitychange'));
  }, hidden);
}
