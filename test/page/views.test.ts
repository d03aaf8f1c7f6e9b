import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { needsBrowser, startBrowser } from './support/browser.ts';
import { emptyLive, hostile, madeLive } from './support/made-data.ts';
import { type MadeServer, serveMadeData } from './support/made-server.ts';
import { checkAccessible, openPage } from './support/open-page.ts';

/** Each with what it shows when it is there. */
const views: readonly [hash: string, shows: string][] = [
  ['', 'tcp_retransmits_total'],
  ['#metric=bio_latency_seconds', 'p99 now'],
  ['#metric=dns_query_duration_seconds&axis=linear', 'p99 now'],
  ['#metric=page_fault_size_pages', 'p99 now'],
  ['#metric=tcp_retransmits_total&top=25', '10.1.3.3'],
  ['#metric=ebpf_exporter_run_queue_length_max', 'cpu'],
  ['#metric=sleep_stacks_total', 'do_syscall_64'],
  ['#metric=oom_kills_total', 'all'],
  ['#metric=nothing', 'There is no metric nothing'],
  ['#spans=1', 'load_elf_binary'],
];

describe('the live page', needsBrowser(), () => {
  let browser: Browser;
  let server: MadeServer;
  before(async () => {
    browser = await startBrowser();
    server = await serveMadeData({ data: madeLive });
  });
  after(async () => {
    await server?.close();
    await browser?.close();
  });

  for (const [index, [hash, shows]] of views.entries()) {
    test(`shows ${hash || 'the overview'} to everybody, narrow and wide`, async () => {
      // Each view in one of the schemes; the colours of both are those of all views.
      const colorScheme = index % 2 === 0 ? 'dark' : 'light';
      await using opened = await openPage(browser, `${server.url}${hash}`, { colorScheme });
      const { page } = opened;
      await page.getByText(shows).first().waitFor();
      await checkAccessible(page);
      for (const width of [390, 1600]) {
        await page.setViewportSize({ width, height: 900 });
        const over = await page.evaluate(() => document.body.scrollWidth - document.body.clientWidth);
        assert.ok(over <= 0, `${over} pixels too wide at ${width}`);
      }
      await opened.check();
    });
  }

  test('says what is wrong and what to do, in the tab too, and copies the command', async () => {
    await using opened = await openPage(browser, server.url, {
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    const { page } = opened;
    await page.getByText('Config "tls-handshake" is not loaded').first().waitFor();
    assert.equal(await page.title(), '(3) db-17.example · eBPF exporter');
    assert.equal(await page.locator('header .verdict').textContent(), '2 errors, 1 warning');
    await page.getByRole('button', { name: 'Copy command for file-sync: program xfs_sync' }).click();
    await page.getByRole('button', { name: 'Copied command for file-sync: program xfs_sync' }).waitFor();
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), 'modprobe xfs');
    await opened.check();
  });

  test('says that all is well where nothing is wrong', async () => {
    await using empty = await serveMadeData({ data: emptyLive });
    await using opened = await openPage(browser, empty.url, { colorScheme: 'dark' });
    await opened.page.getByText('All is well').waitFor();
    await checkAccessible(opened.page);
    await opened.check();
  });

  test('shows labels as the text that they are', async () => {
    await using opened = await openPage(browser, `${server.url}#metric=hostile_total`);
    const { page } = opened;
    const shown = hostile.replace('\n', '⏎').replace('\t', '⇥');
    const cell = page.locator('td.label').first();
    await cell.waitFor();
    assert.equal(await cell.textContent(), shown);
    assert.equal(await cell.getAttribute('title'), hostile);
    assert.ok(await page.getByText('\\u{202e}txet').isVisible());
    assert.equal(await page.locator('main img, main script').count(), 0);
    await checkAccessible(page);
    await opened.check();
  });

  test('finds one of 10,000 series, pins it, and keeps all that in the URL', async () => {
    await using opened = await openPage(browser, server.url);
    const { page } = opened;
    await page.getByRole('link', { name: 'cgroup_switches_total' }).click();
    await page.getByText('the largest 10 of 10,000 label sets').waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('pod0987');
    await page.getByText('10 matches among 10,000 label sets').waitFor();
    await page.getByRole('button', { name: /^Pin .*pod09876/ }).click();
    await page.locator('tr.pinned').waitFor();
    assert.match(page.url(), /#metric=cgroup_switches_total&search=pod0987&pin=k9876$/);
    await page.getByLabel('Search label sets').fill('');
    await page.getByText('the largest 11 of 10,000 label sets').waitFor();
    assert.match((await page.locator('tbody tr').first().textContent()) ?? '', /pod09876/);
    await page.goBack();
    await page.goBack();
    await page.getByText('Programs cost').waitFor();
    await opened.check();
  });

  test('zooms into a stack and back, and searches all of them', async () => {
    await using opened = await openPage(browser, `${server.url}#metric=sleep_stacks_total`);
    const { page } = opened;
    const frame = page.locator('.flame').getByRole('button', { name: /^vfs_write: / });
    await frame.waitFor();
    const before = (await frame.boundingBox())!.width;
    await frame.click();
    await page.getByRole('button', { name: 'Show all' }).waitFor();
    assert.ok((await frame.boundingBox())!.width > 2 * before);
    await page.getByLabel('Search functions').fill('tcp_send');
    await page.getByText(/“tcp_send” is in [\d.]+ % of it/).waitFor();
    assert.equal(await page.locator('.flame .match').count(), 1);
    await page.goBack();
    await page.getByText(/in 7 stacks/).waitFor();
    await opened.check();
  });
});
