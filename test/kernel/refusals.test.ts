import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { makeConfigs } from './support/configs.ts';
import { runExporter, startExporter } from './support/exporter.ts';
import { needs } from './support/requirements.ts';

describe('an object that the kernel refuses ends an exporter of nothing else with 2:', needs(), () => {
  it('one that the verifier rejects, with the end of its log', async () => {
    const { code, stderr } = await runExporter({
      dir: await makeConfigs({ rejected: {} }),
      names: 'rejected',
    });
    assert.match(
      stderr,
      /^ERROR Cannot load \S+\/rejected\.bpf\.o, program "unchecked": EACCES .*^ {2}The end of the verifier log:\n.*^ {4}R0 invalid mem access 'map_value_or_null'$/ms,
    );
    assert.equal(code, 2);
  });

  const sections: readonly [section: string, remedy: string][] = [
    [
      'tp_btf/no_such_event',
      'the function or tracepoint is not in this kernel: it was renamed, inlined or not compiled in',
    ],
    ['nonsense/thing', 'the section name is not one that libbpf knows'],
  ];
  for (const [section, remedy] of sections) {
    it(`one with a program for ${section}, with what to do`, async () => {
      const { code, stderr } = await runExporter({ dir: await calls(section), names: 'calls' });
      assert.match(stderr, /^ERROR Cannot load \S+\/calls\.bpf\.o, program "count_call": /m);
      assert.ok(stderr.includes(`  What to do: ${remedy}`), stderr);
      assert.equal(code, 2);
    });
  }
});

describe('a config that does not load', needs(), () => {
  const mark = {
    defines: { MAP: 'marks' },
    yaml: 'metrics: {counters: [{name: marks, help: Runs}, {name: nothing_total, help: Absent}]}',
  };

  it('is shown as not loaded, and the others go on', async () => {
    await using exporter = await startExporter({
      dir: await makeConfigs({ rejected: {}, mark }),
      names: 'rejected,mark',
    });
    assert.match(exporter.log, /^WARN {2}Not loaded: rejected$/m);
    const page = await exporter.scrape();
    const gauge = (name: string, labels: Record<string, string>): number | undefined =>
      page.samples(`ebpf_exporter_${name}`, labels)[0]?.value;
    assert.equal(gauge('config_loaded', { config: 'rejected' }), 0);
    assert.equal(gauge('config_loaded', { config: 'mark' }), 1);
    assert.equal(gauge('enabled_configs', { name: 'rejected' }), undefined);
    assert.equal(gauge('metric_enabled', { config: 'mark', metric: 'marks' }), 1);
    assert.equal(gauge('metric_enabled', { config: 'mark', metric: 'nothing_total' }), 0);
    assert.equal(gauge('map_read_errors_total', { config: 'mark', map: 'marks' }), 0);
    assert.equal(page.sum('ebpf_exporter_marks'), 1);
  });

  for (const [flag, expected] of [
    ['--config.strict', 2],
    ['--config.check', 1],
  ] as const) {
    it(`ends the exporter with ${expected} under ${flag}, although another one does`, async () => {
      const { code, stderr } = await runExporter({
        dir: await makeConfigs({ rejected: {}, mark }),
        names: 'rejected,mark',
        args: [flag],
      });
      assert.match(stderr, /^ERROR Not loaded: rejected$/m);
      assert.equal(code, expected);
    });
  }
});

describe('a program that does not attach', needs(), () => {
  const warning =
    /^WARN {2}Config "sampled": Cannot attach to xdp\/nosuch0: no network interface "nosuch0"; present: .*\blo\b/m;
  const sampled = { sampled: { defines: { SECTION: '"xdp/nosuch0"' } } };

  it('is shown as not attached, and the other programs go on', async () => {
    const mark = {
      defines: { MAP: 'marks' },
      yaml: 'metrics: {counters: [{name: marks, help: Runs}]}',
    };
    await using exporter = await startExporter({
      dir: await makeConfigs({ ...sampled, mark }),
      names: 'sampled,mark',
    });
    assert.match(exporter.log, warning);
    const page = await exporter.scrape();
    const attached = (config: string): number[] =>
      page
        .samples('ebpf_exporter_ebpf_program_info', { config })
        .flatMap(({ labels }) => page.samples('ebpf_exporter_ebpf_program_attached', { id: labels.id! }))
        .map(({ value }) => value);
    assert.deepEqual(attached('sampled'), [0]);
    assert.deepEqual(attached('mark'), [1]);
    assert.equal(page.sum('ebpf_exporter_marks'), 1);
  });

  for (const [flag, expected] of [
    ['--config.strict', 2],
    ['--config.check', 1],
  ] as const) {
    it(`ends the exporter with ${expected} under ${flag}, named as config:program`, async () => {
      const { code, stderr } = await runExporter({
        dir: await makeConfigs(sampled),
        names: 'sampled',
        args: [flag],
      });
      assert.match(stderr, warning);
      assert.match(stderr, /Not attached: sampled:sample$/m);
      assert.equal(code, expected);
    });
  }

  const reasons: readonly [section: string, reason: RegExp][] = [
    ['raw_tp/no_such_event', /ENOENT .*What to do: the function or tracepoint is not in this kernel/],
    ['uprobe/libc.so.6:no_such_function', /failed to find symbol 'no_such_function' in '\S*\/libc\.so\.6'/],
    ['uprobe/nosuch.so:malloc', /failed to resolve full path for 'nosuch\.so'/],
  ];
  for (const [section, reason] of reasons) {
    it(`says why: ${section}`, async () => {
      const { stderr } = await runExporter({
        dir: await calls(section),
        names: 'calls',
        args: ['--config.check'],
      });
      const start = `WARN  Config "calls": Cannot attach program "count_call" to ${section}: `;
      assert.match(stderr.split('\n').find((line) => line.startsWith(start)) ?? stderr, reason);
    });
  }
});

function calls(section: string): Promise<string> {
  return makeConfigs({ calls: { defines: { SECTION: `"${section}"` } } });
}
