import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { scratchDirectory } from '../kernel/support/scratch.ts';
import { needsBrowser, startBrowser } from './support/browser.ts';
import { hostile, madeLive } from './support/made-data.ts';
import { type MadeServer, serveMadeData } from './support/made-server.ts';
import { checkAccessible, openPage } from './support/open-page.ts';

describe('a saved snapshot', needsBrowser(), () => {
  let browser: Browser;
  let server: MadeServer;
  let file: string;
  before(async () => {
    browser = await startBrowser();
    server = await serveMadeData({ data: madeLive });
    await using opened = await openPage(browser, `${server.url}#metric=hostile_total`);
    await opened.page.getByText('5 label sets').waitFor();
    const saved = opened.page.waitForEvent('download');
    await opened.page.getByRole('button', { name: 'Save snapshot' }).click();
    const download = await saved;
    assert.match(
      download.suggestedFilename(),
      /^ebpf-exporter-db-17\.example-\d{4}-\d\d-\d\d-\d\d-\d\d-\d\d\.html$/,
    );
    file = join(scratchDirectory(), download.suggestedFilename());
    await download.saveAs(file);
    await opened.check();
    await server.close();
  });
  after(async () => {
    await server?.close();
    await browser?.close();
  });

  test('opens from a file in the view that was saved, without a network', async () => {
    await using opened = await openPage(browser, pathToFileURL(file).href, { offline: true });
    const { page } = opened;
    await page.getByText(/^Snapshot of \d{4}-/).waitFor();
    assert.equal(await page.locator('td.label').first().getAttribute('title'), hostile);
    await checkAccessible(page);
    await opened.check();
  });

  test('has the other metrics too', async () => {
    await using opened = await openPage(browser, pathToFileURL(file).href, { offline: true });
    const { page } = opened;
    await page.getByRole('link', { name: 'All metrics' }).click();
    await page.getByText('2 errors, 1 warning').waitFor();
    await page.getByRole('link', { name: 'bio_latency_seconds' }).click();
    await page.getByText('p99 now').waitFor();
    await page.goBack();
    await page.getByRole('link', { name: 'sleep_stacks_total' }).click();
    await page
      .locator('.flame')
      .getByRole('button', { name: /^vfs_read: / })
      .waitFor();
    await opened.check();
  });

  test('is small enough to be sent around', () => {
    assert.ok(statSync(file).size < 5e6, `${statSync(file).size} bytes`);
  });
});
