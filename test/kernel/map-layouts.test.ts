import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fillMaps, u32 } from './support/bpftool.ts';
import { makeConfigs } from './support/configs.ts';
import { runExporter, startExporter } from './support/exporter.ts';
import { needs } from './support/requirements.ts';

const messages: readonly string[] = [
  `metric "long_key" is disabled: Cannot read map "long_key": key is 16 bytes, labels describe 12
  the key, as the object describes it:
    at   0,   4 bytes  u32 pid
    at   8,   8 bytes  u64 inode
  the labels:
    at   0,   4 bytes  pid
    at   4,   8 bytes  inode
`,
  'metric "wide_value" is disabled: Cannot read map "wide_value": value is 16 bytes, it must be an integer of 1, 2, 4 or 8, or "value" must name a field of it\n',
  'has no map "absent"; its maps: "good", "long_key", "wide_value", "ring"\n',
  'metric "ring" is disabled: Cannot read map "ring": maps of type ringbuf have no keys to read; set ringbuf: ring to count its records\n',
];

describe('metrics whose maps are not as the config says', needs(), () => {
  it('are disabled, each with its reason, and the others are served', async () => {
    await using exporter = await startExporter({ dir: await makeConfigs({ layouts: {} }), names: 'layouts' });
    for (const message of messages) assert.ok(exporter.log.includes(message), exporter.log);
    assert.match(exporter.log, /^WARN {2}Metrics disabled: 4$/m);

    await fillMaps(exporter.pid, { good: [[u32(1), 5n]] });
    const page = await exporter.scrape();
    assert.equal(page.sum('ebpf_exporter_good', { pid: '1' }), 5);
    assert.doesNotMatch(page.text, /^ebpf_exporter_(long_key|wide_value|absent|ring)\b/m);
  });

  for (const [flag, exitCode] of [
    ['--config.strict', 2],
    ['--config.check', 1],
  ] as const) {
    it(`end the exporter with ${exitCode} under ${flag}`, async () => {
      const { code, stderr } = await runExporter({
        dir: await makeConfigs({ layouts: {} }),
        names: 'layouts',
        args: [flag],
      });
      for (const message of messages) assert.ok(stderr.includes(message), stderr);
      assert.equal(code, exitCode);
    });
  }
});
