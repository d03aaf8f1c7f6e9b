import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { hashSync } from 'bcryptjs';
import type { Browser } from 'playwright-core';
import { needsBrowser, startBrowser } from '../page/support/browser.ts';
import { hostile, longLabel } from '../page/support/made-data.ts';
import { checkAccessible, type OpenPage, openPage } from '../page/support/open-page.ts';
import { fillMaps, u64 } from './support/bpftool.ts';
import { makeConfigs } from './support/configs.ts';
import { type RunningExporter, startExporter } from './support/exporter.ts';
import { needs } from './support/requirements.ts';
import { scratchDirectory } from './support/scratch.ts';

const ordinary = needs('native');
const requirements = ordinary.skip ? ordinary : needsBrowser();

/** Labels that are what they say, and stacks; what is in the maps the test writes. */
const decoders = JSON.stringify({
  metrics: {
    counters: [
      {
        name: 'mapped',
        help: 'Labels that do their worst',
        labels: [
          {
            name: 'x',
            size: 2,
            decoders: [{ name: 'uint' }, { name: 'static_map', static_map: { 1: hostile, 2: longLabel } }],
          },
        ],
      },
      {
        name: 'kstack',
        help: 'Stacks',
        labels: [{ name: 'stack', size: 24, decoders: [{ name: 'kstack' }] }],
      },
    ],
  },
});

const tenThousand = `maps: { large: { max_entries: 10000 } }
metrics:
  counters:
    - name: large
      help: Many series
      labels: [{ name: number, size: 4, decoders: [{ name: uint }] }]`;

const credentials = { username: 'oncall', password: 'three in the morning' };

describe('the live page over TLS, with a password', requirements, () => {
  let browser: Browser;
  let exporter: RunningExporter;
  let url: string;
  before(async () => {
    browser = await startBrowser();
    const dir = await makeConfigs({
      decoders: { yaml: decoders },
      large: { yaml: tenThousand },
      faulty: {
        yaml: 'metrics: { counters: [{ name: calls_total, help: Calls }] }',
        defines: { FAULT: 'NO_ENTRIES' },
      },
      timers: { example: 'timers' },
      'softirq-latency': { example: 'softirq-latency' },
    });
    exporter = await startExporter({
      dir,
      names: 'decoders,large,faulty,timers,softirq-latency',
      args: [`--web.config.file=${webConfig()}`],
    });
    url = `https://127.0.0.1:${exporter.port}/`;
    const stack = ['schedule', 'do_exit'].map((name) => u64(addressOf(name)));
    await fillMaps(exporter.pid, {
      mapped: [
        [Buffer.of(1, 0), 5n],
        [Buffer.of(2, 0), 6n],
      ],
      kstack: [[Buffer.concat([...stack, u64(0n)]), 7n]],
    });
  });
  after(async () => {
    await browser?.close();
    await exporter?.stop();
  });
  const open = (hash: string): Promise<OpenPage> =>
    openPage(browser, `${url}${hash}`, { httpCredentials: credentials, ignoreHTTPSErrors: true });

  it('says what runs and what does not', async () => {
    await using opened = await open('');
    const { page } = opened;
    await page
      .getByText(/^Config faulty is not loaded: /)
      .first()
      .waitFor();
    await page.getByText('4 of 5 configs loaded').waitFor();
    assert.match(await page.title(), /^\(\d+\) /);
    await page.getByRole('link', { name: 'timer_starts_total' }).waitFor();
    await checkAccessible(page);
    await opened.check();
  });

  it('shows rates of real events', async () => {
    await using opened = await open('#metric=timer_starts_total');
    const now = opened.page.locator('td.now').filter({ hasText: /^[1-9].*\/s$/ });
    await now.first().waitFor();
    await checkAccessible(opened.page);
    await opened.check();
  });

  it('shows how long real softirqs waited', async () => {
    await using opened = await open('#metric=ebpf_exporter_softirq_entry_latency_seconds');
    await opened.page
      .locator('.quantiles dd')
      .filter({ hasText: /[µmn]s$/ })
      .first()
      .waitFor();
    await checkAccessible(opened.page);
    await opened.check();
  });

  it('shows stacks with their functions, as many as there were', async () => {
    await using opened = await open('#metric=kstack&sum=total');
    const { page } = opened;
    await page.getByText('7 in 1 stacks').waitFor();
    await page
      .locator('.flame')
      .getByRole('button', { name: /^schedule: 7, / })
      .waitFor();
    await opened.check();
  });

  it('shows labels as the text that they are', async () => {
    await using opened = await open('#metric=mapped');
    const { page } = opened;
    await page.getByText('2 label sets').waitFor();
    const titles = await page
      .locator('td.label')
      .evaluateAll((cells) => cells.map((cell) => cell.getAttribute('title')));
    assert.deepEqual(titles.sort(), [hostile, longLabel].sort());
    assert.equal(await page.locator('main img, main script').count(), 0);
    await opened.check();
  });

  it('finds one of 10,000 series', async () => {
    await using opened = await open('#metric=large&search=9876');
    await opened.page.getByText('1 match among 10,000 label sets').waitFor();
    await opened.check();
  });

  it('saves what it shows as a file that needs no exporter', async () => {
    await using opened = await open('#metric=mapped');
    await opened.page.getByText('2 label sets').waitFor();
    const saved = opened.page.waitForEvent('download');
    await opened.page.getByRole('button', { name: 'Save snapshot' }).click();
    const file = join(scratchDirectory(), 'snapshot.html');
    await (await saved).saveAs(file);
    await using snapshot = await openPage(browser, pathToFileURL(file).href, { offline: true });
    const { page } = snapshot;
    await page.getByText('2 label sets').waitFor();
    await page.getByRole('link', { name: 'All metrics' }).click();
    await page
      .getByText(/^Config faulty is not loaded: /)
      .first()
      .waitFor();
    await page.getByRole('link', { name: 'softirq_entry_latency_seconds' }).click();
    await page.getByText('p99 now').waitFor();
    await snapshot.check();
  });
});

/** Path of a file that asks for TLS and a password. */
function webConfig(): string {
  const directory = scratchDirectory();
  const files = ['-keyout', 'server.key', '-out', 'server.crt'];
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  execFileSync('openssl', ['req', '-x509', ...key, ...files, '-days', '2', '-subj', '/CN=localhost'], {
    cwd: directory,
    stdio: 'pipe',
  });
  const path = join(directory, 'web.yml');
  const { username, password } = credentials;
  const tls = 'tls_server_config: { cert_file: server.crt, key_file: server.key }';
  writeFileSync(path, `${tls}\nbasic_auth_users: { ${username}: '${hashSync(password, 4)}' }\n`);
  return path;
}

function addressOf(symbol: string): bigint {
  const line = new RegExp(`^([0-9a-f]+) . ${symbol}$`, 'm').exec(readFileSync('/proc/kallsyms', 'utf8'));
  return BigInt(`0x${line![1]}`);
}
