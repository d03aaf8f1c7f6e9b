import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { countEntries, fillMaps, u32 } from './support/bpftool.ts';
import { makeConfigs } from './support/configs.ts';
import { type RunningExporter, runExporter, startExporter } from './support/exporter.ts';
import { needs } from './support/requirements.ts';
import { until } from './support/wait.ts';

const window = 'window: { every: 5s, take: max }';

/** struct value_t of the fixture with its `in_flight`. */
function inFlight(number: number): Buffer {
  const bytes = Buffer.alloc(48);
  bytes.writeInt32LE(number, 12);
  return bytes;
}

describe('a gauge with a window', needs('slowGuest'), () => {
  it('empties its map and shows what was in it, of each CPU too, until the window went by', async () => {
    const yaml = `
      metrics:
        gauges:
          - { name: longest, map: io_by_cpu, value: in_flight, help: L, ${window}, aggregate: max, labels: [{ name: id }] }
          - { name: total, map: io_by_cpu, value: in_flight, help: T, ${window}, labels: [{ name: id }] }
          - { name: signed_whole, help: W, ${window}, max_series: 1, labels: [{ name: id }] }
    `;
    const dir = await makeConfigs({ fields: { yaml } });
    const args = ['--config.strict'];
    await using exporter = await startExporter({ dir, names: 'fields', args });
    await fillMaps(exporter.pid, {
      io_by_cpu: [
        [u32(1), inFlight(-4)],
        [u32(2), inFlight(7)],
      ],
      signed_whole: [1, 2, 3].map((id) => [u32(id), Buffer.from(Int32Array.of(-id).buffer)]),
    });
    const shown = await until('series of the window', async () => {
      const lines = await linesOf(exporter);
      return lines.length > 0 && lines;
    });
    const cpus = (await exporter.scrape()).sum('ebpf_exporter_total', { id: '2' }) / 7;
    assert.ok(cpus >= 1);
    const [own] = shown.filter((line) => /^signed_whole.*"[123]"/.test(line));
    const folded = -6 - Number(own?.split(' ')[1]);
    assert.deepEqual(shown.sort(), [
      'longest{id="1"} -4',
      'longest{id="2"} 7',
      own,
      `signed_whole{id="other"} ${folded}`,
      `total{id="1"} ${-4 * cpus}`,
      `total{id="2"} ${7 * cpus}`,
    ]);
    assert.deepEqual(
      await Promise.all(['io_by_cpu', 'signed_whole'].map((map) => countEntries(exporter.pid, map))),
      [0, 0],
    );
    await until('the end of the window', async () => (await linesOf(exporter)).length === 0);
  });

  it('is refused for an array, whose entries cannot be taken out', async () => {
    const yaml = `metrics: { gauges: [{ name: slots, value: total, help: S, ${window}, labels: [{ name: id }] }] }`;
    const { code, stderr } = await runExporter({
      dir: await makeConfigs({ fields: { yaml } }),
      names: 'fields',
      args: ['--config.check'],
    });
    assert.match(stderr, /Cannot take entries out of map "slots": it is of type percpu_array, whose entries/);
    assert.equal(code, 1);
  });
});

async function linesOf(exporter: RunningExporter): Promise<string[]> {
  const page = await exporter.scrape();
  return ['longest', 'total', 'signed_whole'].flatMap((name) =>
    page.samples(`ebpf_exporter_${name}`).map(({ line }) => line.replace('ebpf_exporter_', '')),
  );
}
