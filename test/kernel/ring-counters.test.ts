import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeConfigs } from './support/configs.ts';
import { callGetpriority } from './support/events.ts';
import { startExporter } from './support/exporter.ts';
import { needs } from './support/requirements.ts';

const yaml = `
metrics:
  counters:
    - name: all_total
      help: Records
      ringbuf: ring
    - name: numbers_total
      help: Records by number
      ringbuf: ring
      labels: [{name: number, size: 8, decoders: [{name: uint}]}]
    - name: lasting_total
      help: Records of a moment
      ringbuf: ring
      flush_interval: 200ms
  histograms:
    - name: numbers
      help: Numbers
      ringbuf: ring
      bucket_type: linear
      bucket_max: 9
      labels: [{name: bucket, size: 8, decoders: [{name: uint}]}]
`;

describe('a ring buffer', needs(), () => {
  it('is read once for all metrics that count its records, and every record is counted', async () => {
    const dir = await makeConfigs({ flood: { defines: { RECORDS: '10' }, yaml } });
    await using exporter = await startExporter({ dir, names: 'flood', args: ['--config.strict'] });
    callGetpriority(1000);
    const page = await exporter.scrape();
    const all = page.sum('ebpf_exporter_all_total');
    assert.ok(all >= 10_000, `${all} records`);
    assert.equal(page.sum('ebpf_exporter_records_total', { map: 'ring' }), all);
    assert.equal(page.sum('ebpf_exporter_lost_records_total', { map: 'ring' }), 0);
    assert.equal(page.sum('ebpf_exporter_numbers_total', { number: '7' }), all / 10);
    assert.equal(page.sum('ebpf_exporter_numbers_bucket', { le: '4' }), all / 2);
    assert.equal(page.sum('ebpf_exporter_numbers_count'), all);
    await sleep(300);
    const later = await exporter.scrape();
    assert.ok(later.sum('ebpf_exporter_all_total') >= all, 'never cleared');
    assert.ok(later.sum('ebpf_exporter_lasting_total') < all, 'cleared every 200 ms');
  });

  it('costs nothing while no record comes', needs('native'), async () => {
    const dir = await makeConfigs({
      flood: { defines: { RECORDS: '0' }, yaml: yaml.replace('flush_interval: 200ms', '') },
    });
    await using exporter = await startExporter({ dir, names: 'flood' });
    await sleep(1000); // V8 compiles and collects for a while
    const threads = (): number[] =>
      readdirSync(`/proc/${exporter.pid}/task`).map((id) =>
        Number(readFileSync(`/proc/${exporter.pid}/task/${id}/schedstat`, 'utf8').split(' ')[0]),
      );
    const ms = (): number => threads().reduce((sum, ns) => sum + ns, 0) / 1e6;
    const before = ms();
    await sleep(3000);
    assert.ok(ms() - before < 3, `${ms() - before} ms of CPU in 3 s`);
  });
});
