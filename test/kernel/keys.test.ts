import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { deleteKeys, fillMaps, u64 } from './support/bpftool.ts';
import { makeConfigs } from './support/configs.ts';
import { startExporter } from './support/exporter.ts';
import { needs } from './support/requirements.ts';

describe('a key that left its map', needs('native'), () => {
  it('is gone from the next page, and may come back', async () => {
    await using exporter = await startExporter({
      dir: await makeConfigs({ decoders: {} }),
      names: 'decoders',
    });
    const shown = async (): Promise<string[]> =>
      (await exporter.scrape())
        .samples('ebpf_exporter_uint_8')
        .map(({ labels, value }) => `${labels.x}=${value}`)
        .sort();
    await fillMaps(exporter.pid, {
      uint_8: [
        [u64(1n), 10n],
        [u64(2n), 20n],
      ],
    });
    assert.deepEqual(await shown(), ['1=10', '2=20']);
    await deleteKeys(exporter.pid, 'uint_8', [u64(1n)]);
    // Some scrapes later the key is forgotten; nothing of that shows.
    for (let scrape = 0; scrape < 5; scrape++) assert.deepEqual(await shown(), ['2=20']);
    await fillMaps(exporter.pid, { uint_8: [[u64(1n), 30n]] });
    assert.deepEqual(await shown(), ['1=30', '2=20']);
    await deleteKeys(exporter.pid, 'uint_8', [u64(1n), u64(2n)]);
    assert.doesNotMatch((await exporter.scrape()).text, /^ebpf_exporter_uint_8/m);
  });
});
