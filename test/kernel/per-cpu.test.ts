import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { fillMaps, u32 } from './support/bpftool.ts';
import { makeConfigs } from './support/configs.ts';
import { startExporter } from './support/exporter.ts';
import { needs } from './support/requirements.ts';

describe('a per-CPU map', needs(), () => {
  it('is split by a last label named cpu and summed without one', async () => {
    await using exporter = await startExporter({ dir: await makeConfigs({ percpu: {} }), names: 'percpu' });
    await fillMaps(exporter.pid, {
      by_kind_and_cpu: [
        [u32(1), 5n],
        [u32(2), 6n],
      ],
      by_kind: [
        [u32(1), 5n],
        [u32(2), 6n],
      ],
      by_cpu: [[u32(0), 7n]],
      without: [[u32(0), 8n]],
    });
    const cpus = possibleCpus();
    const page = await exporter.scrape();
    const lines = (name: string): string[] =>
      page
        .samples(name)
        .map(({ line }) => line.replace(name, ''))
        .sort();
    const each = (line: (cpu: number) => string): string[] =>
      Array.from({ length: cpus }, (_, cpu) => line(cpu)).sort();
    assert.deepEqual(
      lines('ebpf_exporter_by_kind_and_cpu'),
      [...each((cpu) => `{cpu="${cpu}",kind="1"} 5`), ...each((cpu) => `{cpu="${cpu}",kind="2"} 6`)].sort(),
    );
    assert.deepEqual(lines('ebpf_exporter_by_kind'), [`{kind="1"} ${5 * cpus}`, `{kind="2"} ${6 * cpus}`]);
    assert.deepEqual(
      lines('ebpf_exporter_by_cpu'),
      each((cpu) => `{cpu="${cpu}"} 7`),
    );
    assert.deepEqual(lines('ebpf_exporter_without'), [` ${8 * cpus}`]);
  });
});

/** `0-3`: the kernel numbers possible CPUs from 0. */
function possibleCpus(): number {
  const text = readFileSync('/sys/devices/system/cpu/possible', 'utf8').trim();
  return Number(/\d+$/.exec(text)) + 1;
}
