import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { fillMaps, u32 } from './support/bpftool.ts';
import { makeConfigs } from './support/configs.ts';
import { startExporter } from './support/exporter.ts';
import { needs } from './support/requirements.ts';
import { output, run } from './support/run.ts';

/** Names that no other interface of the machine has. */
const pair = [`xa${process.pid}`, `xb${process.pid}`] as const;
const renamed = `xc${process.pid}`;

describe('an interface', needs('nsenter', 'native'), () => {
  it('is followed when it is renamed and when it is gone', async () => {
    await output('ip', ['link', 'add', pair[0], 'type', 'veth', 'peer', 'name', pair[1]]);
    try {
      const [first, second] = pair.map((name) =>
        Number(readFileSync(`/sys/class/net/${name}/ifindex`, 'utf8')),
      );
      await using exporter = await startExporter({
        dir: await makeConfigs({ decoders: {} }),
        names: 'decoders',
      });
      const last = Math.max(first!, second!) + 1;
      await fillMaps(exporter.pid, {
        ifname: [1, first!, second!, last].map((index, i) => [u32(index), 2n ** BigInt(i)]),
      });
      const shown = async (): Promise<(string | undefined)[]> =>
        (await exporter.scrape())
          .samples('ebpf_exporter_ifname')
          .toSorted((a, b) => a.value - b.value)
          .map(({ labels }) => labels.x);
      assert.deepEqual(await shown(), ['lo', ...pair, `unknown:${last}`]);

      await output('ip', ['link', 'set', 'dev', pair[1], 'name', renamed]);
      await setTimeout(1000); // interfaces are listed once a second at most
      assert.deepEqual(await shown(), ['lo', pair[0], renamed, `unknown:${last}`]);

      await output('ip', ['link', 'delete', pair[0]]);
      await setTimeout(1000);
      assert.deepEqual(await shown(), ['lo', `unknown:${first}`, `unknown:${second}`, `unknown:${last}`]);
    } finally {
      await run('ip', ['link', 'delete', pair[0]]);
    }
  });
});
