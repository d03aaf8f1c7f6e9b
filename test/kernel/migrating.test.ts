import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { syscall } from '../../src/decoders/syscall.ts';
import { fillMaps, u64 } from './support/bpftool.ts';
import { makeConfigs, root } from './support/configs.ts';
import { binary, type RunningExporter, runExporter, runToEnd, startExporter } from './support/exporter.ts';
import type { Page } from './support/page.ts';
import { needs } from './support/requirements.ts';

/** The rows of a table, by their first cell. */
function tableBelow(heading: string): ReadonlyMap<string, readonly string[]> {
  const text = readFileSync(join(root, 'docs/migrating.md'), 'utf8');
  const section = text.split(/^## /m).find((part) => part.startsWith(`${heading}\n`));
  assert.ok(section, heading);
  const rows = [...section.matchAll(/^\| (.*) \|$/gm)].map(([, row]) => row!.split(' | '));
  return new Map(rows.slice(2).map(([what, ...cells]) => [what!, cells]));
}

function nameOf(number: string): unknown {
  const decoder = syscall('x64');
  assert.ok(decoder.takes === 'text');
  return decoder.decode(number, { restsOn: 0 });
}

describe('docs/migrating.md says what differs:', needs('native'), () => {
  const unread = 'metrics: {counters: [{name: marks, help: Runs, lables: []}]}';
  const faulty = { yaml: unread.replace('marks', 'calls_total'), defines: { FAULT: 'UNCHECKED_POINTER' } };
  const mark = { yaml: unread, defines: { MAP: 'marks' } };
  let exporter: RunningExporter;
  let page: Page;

  before(async () => {
    const dir = await makeConfigs({ faulty, mark, decoders: {}, events: {}, timers: { example: 'timers' } });
    const names = 'faulty,mark,decoders,events,timers';
    exporter = await startExporter({ dir, names, args: ['--capabilities.keep=none'] });
    await fillMaps(exporter.pid, {
      cgroup: [1n, 2n].map((id) => [u64(id), 1n]),
      string: [[Buffer.from('\xff'.padEnd(8, '\0'), 'latin1'), 1n]],
    });
    page = await exporter.scrape();
  });
  after(() => exporter.stop());

  /** By the row of the document's table that they prove. */
  const proofs: Readonly<Record<string, () => void | Promise<void>>> = {
    'a path that is not served': async () => assert.equal((await exporter.get('/other')).status, 404),
    'a config that does not load': async () => {
      assert.equal(page.samples('ebpf_exporter_config_loaded', { config: 'faulty' })[0]?.value, 0);
      assert.equal(page.sum('ebpf_exporter_marks'), 1);
      const dir = await makeConfigs({ faulty, mark });
      const { code } = await runExporter({ dir, names: 'faulty,mark', args: ['--config.strict'] });
      assert.notEqual(code, 0);
    },
    'an unknown key in a config': async () => {
      assert.match(
        exporter.log,
        /^WARN .*mark\.yaml:1:\d+: unknown key "lables" \(did you mean "labels"\?\)/m,
      );
      for (const flag of ['--config.strict', '--config.check']) {
        const dir = await makeConfigs({ mark });
        const { code, stderr } = await runExporter({ dir, names: 'mark', args: [flag] });
        assert.match(stderr, /^ERROR .*unknown key "lables"/m);
        assert.equal(code, 1);
      }
    },
    'an entry that cannot be decoded': () => {
      assert.equal(page.sum('ebpf_exporter_decoder_errors_total', { config: 'decoders' }), 1);
      assert.equal(page.samples('ebpf_exporter_cgroup').length, 1);
    },
    'a label that is not UTF-8': () =>
      assert.equal(page.samples('ebpf_exporter_string')[0]?.labels.x, '\ufffd'),
    'names of system calls': () => {
      for (const [number, [, here]] of tableBelow('Names of system calls')) {
        assert.equal(`\`${nameOf(number)}\``, here);
      }
    },
    'exit codes': async () => {
      const dir = await makeConfigs({ faulty, mark });
      const codes: (number | null)[] = [];
      for (const names of ['absent', 'faulty']) codes.push((await runExporter({ dir, names })).code);
      const taken = `--web.listen-address=127.0.0.1:${exporter.port}`;
      codes.push((await runToEnd(binary, [`--config.dir=${dir}`, '--config.names=mark', taken])).code);
      assert.deepEqual(codes, [1, 2, 3]);
    },
    '`--capabilities.keep=none`': () => {
      assert.match(readFileSync(`/proc/${exporter.pid}/status`, 'utf8'), /^CapEff:\s*0+$/m);
      const timers = page.samples('ebpf_exporter_timer_starts_total');
      assert.ok(timers.some(({ labels }) => !labels.function?.startsWith('unknown_addr')));
    },
    'metrics of the process': () => {
      assert.equal(page.samples('process_start_time_seconds').length, 1);
      assert.equal(page.samples('nodejs_version_info').length, 1);
    },
    'lost records': () =>
      assert.notEqual(page.samples('ebpf_exporter_lost_records_total', { config: 'events' }).length, 0),
  };
  for (const [what, proof] of Object.entries(proofs)) it(what, proof);

  it('and nothing else', () => {
    assert.deepEqual([...tableBelow('What differs').keys()].sort(), Object.keys(proofs).sort());
  });
});
