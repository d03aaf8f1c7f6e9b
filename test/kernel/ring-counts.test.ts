import assert from 'node:assert/strict';
import { getPriority } from 'node:os';
import { it } from 'node:test';
import { makeConfigs } from './support/configs.ts';
import { startExporter } from './support/exporter.ts';
import { needs } from './support/requirements.ts';

const label = (name: string): string => `{name: ${name}, size: 8, decoders: [{name: uint}]}`;
const yaml = `
metrics:
  counters:
    - {name: numbers_total, help: Records by number, ringbuf: ring, labels: [${label('number')}]}
    - {name: sent_total, help: Records that were sent}
  histograms:
    - name: numbers
      help: Numbers of records
      ringbuf: ring
      bucket_type: linear
      bucket_max: 4
      labels: [${label('bucket')}]
`;

it(
  'records of a ring buffer are counted by a counter and by the buckets of a histogram',
  needs(),
  async () => {
    const flood = { yaml, defines: { RECORDS: '10' } };
    await using exporter = await startExporter({ dir: await makeConfigs({ flood }), names: 'flood' });
    for (let calls = 0; calls < 3; calls++) getPriority(0);
    const page = await exporter.scrape();
    const sent = page.sum('ebpf_exporter_sent_total');
    assert.ok(sent >= 30, `only ${sent} were sent`);
    for (let number = 0; number < 10; number++) {
      assert.equal(page.sum('ebpf_exporter_numbers_total', { number: `${number}` }), sent / 10);
    }
    assert.equal(page.sum('ebpf_exporter_numbers_bucket', { le: '4' }), sent / 2);
    assert.equal(page.sum('ebpf_exporter_numbers_count'), sent / 2);
  },
);
