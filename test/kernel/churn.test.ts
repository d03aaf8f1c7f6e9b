import assert from 'node:assert/strict';
import { it } from 'node:test';
import { makeConfigs } from './support/configs.ts';
import { callGetpriority } from './support/events.ts';
import { startExporter } from './support/exporter.ts';
import { needs } from './support/requirements.ts';

const keys = 1_000_000;
const keysEachCall = 100;
const scrapes = 400;

it('a million distinct keys through an LRU map fit into a heap of 40 MB', needs('native'), async () => {
  // It has half of that in use from the start; a string of each key would already be more than the rest.
  process.env.NODE_OPTIONS = '--max-old-space-size=40';
  await using exporter = await startExporter({ dir: await makeConfigs({ churn: {} }), names: 'churn' });
  let seen = 0;
  let last = -1;
  for (let scrape = 0; scrape < scrapes; scrape++) {
    callGetpriority(keys / keysEachCall / scrapes);
    const page = (await exporter.get('/metrics')).body.toString('latin1');
    const shown = [...page.matchAll(/^ebpf_exporter_churn_total\{key="(\d+)"/gm)].map((match) =>
      Number(match[1]),
    );
    seen += shown.filter((key) => key > last).length;
    last = Math.max(last, ...shown);
  }
  // Others may call getpriority, too.
  assert.ok((await exporter.scrape()).sum('ebpf_exporter_churned_keys_total') >= keys);
  assert.ok(seen > keys * 0.9, `only ${seen} keys were on a page`);
});
