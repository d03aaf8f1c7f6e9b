/*
 * Takes docs/live-page.png and docs/heat-map.png of an exporter that runs, after it was scraped for a while:
 *   node docs/draw-live-page.ts http://localhost:9435/ softirq_entry_latency_seconds
 */

import { join } from 'node:path';
import { startBrowser } from '../test/page/support/browser.ts';

const [url = 'http://localhost:9435/', histogram = 'softirq_entry_latency_seconds'] = process.argv.slice(2);
/** What the page shows once it has data. */
const pictures = [
  { name: 'live-page', hash: '', wait: 'Programs cost', height: 900 },
  { name: 'heat-map', hash: `#metric=${histogram}`, wait: 'p99 now', height: 560 },
];

const browser = await startBrowser();
for (const { name, hash, wait, height } of pictures) {
  const page = await browser.newPage({ viewport: { width: 1440, height }, colorScheme: 'light' });
  await page.goto(`${url}${hash}`);
  await page.getByText(wait).first().waitFor();
  await page.waitForTimeout(12_000); // what programs cost is of the last ten seconds
  await page.screenshot({ path: join(import.meta.dirname, `${name}.png`) });
  await page.close();
}
await browser.close();
