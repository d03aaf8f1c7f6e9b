import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fixtures, makeConfigs } from './support/configs.ts';
import { runExporter, startExporter } from './support/exporter.ts';
import { needs } from './support/requirements.ts';

const yaml = readFileSync(join(fixtures, 'calls.yaml'), 'utf8');

describe(
  'an object that is refused ends the exporter with 2 and says what to do:',
  needs('slowGuest'),
  () => {
    const verified =
      /^ERROR Cannot load \S+\/faulty\.bpf\.o, program "faulty" \(tp_btf\/sys_enter\): E\w+ .*\n/m;
    const faults: readonly [fault: string, says: readonly RegExp[]][] = [
      [
        'UNCHECKED_POINTER',
        [verified, /^ {4}R0 invalid mem access 'map_value_or_null'$/m, /What to do: the pointer may be NULL/],
      ],
      ['ENDLESS_LOOP', [verified, /What to do: a loop has no end that the verifier sees/]],
      ['OFF_THE_STACK', [verified, /What to do: an index may leave the array on the stack/]],
      ['WRONG_ARGUMENT', [verified, /What to do: an argument of that helper is of another kind/]],
      [
        'MISSING_FIELD',
        [verified, /What to do: struct task_struct of this kernel has no field no_such_field/],
      ],
      ['MISSING_TYPE', [verified, /What to do: this kernel has no struct no_such_type/]],
      ['UNKNOWN_HELPER', [verified, /What to do: a BPF helper that the program calls \(unknown#9999\)/]],
      ['LIBRARY_CALL', [/Cannot open \S+: .*What to do: a BPF program cannot call memcmp\(\) of a library/]],
      ['LEGACY_MAP', [/Cannot open \S+: .*What to do: libbpf 1\.0 dropped SEC\("maps"\)/]],
      [
        'SIZELESS_EVENTS',
        [
          /map "calls_total" \(perf_event_array, key_size 0, value_size 0, .*What to do: a perf event array needs key_size 4 and value_size 4/,
        ],
      ],
      [
        'NO_ENTRIES',
        [/map "calls_total" \(hash, .* max_entries 0\): EINVAL .*What to do: .*max_entries, 1024/],
      ],
    ];
    for (const [fault, says] of faults) {
      it(fault, async () => {
        const dir = await makeConfigs({ faulty: { yaml, defines: { FAULT: fault } } });
        const { code, stderr } = await runExporter({ dir, names: 'faulty' });
        for (const pattern of says) assert.match(stderr, pattern);
        assert.doesNotMatch(stderr, /programs of this type are not in this kernel|ulimit/);
        assert.equal(code, 2);
      });
    }

    it('one that was compiled without -g', async () => {
      const dir = await makeConfigs({
        bare: { yaml, fixture: 'faulty', defines: { FAULT: '1' }, bare: true },
      });
      const { code, stderr } = await runExporter({ dir, names: 'bare' });
      assert.match(stderr, /Cannot open \S+\/bare\.bpf\.o: .*What to do: compile it with -g/);
      assert.equal(code, 2);
    });

    it('fentry, where this kernel refuses that to root', needs('fentryRefused'), async () => {
      const dir = await calls('fentry/vfs_read');
      const { code, stderr } = await runExporter({ dir, names: 'calls' });
      assert.match(
        stderr,
        /^ERROR Cannot load \S+, program "count_call" \(fentry\/vfs_read\): EPERM .* What to do: this kernel refuses fentry programs, .*: use .*tp_btf\/NAME/m,
      );
      assert.doesNotMatch(stderr, /ulimit/);
      assert.equal(code, 2);
    });
  },
);

describe('a config that does not load', needs(), () => {
  const faulty = { yaml, defines: { FAULT: 'UNCHECKED_POINTER' } };
  const mark = {
    defines: { MAP: 'marks' },
    yaml: 'metrics: {counters: [{name: marks, help: Runs}, {name: nothing_total, help: Absent}]}',
  };

  it('is shown as not loaded, and the others go on', async () => {
    await using exporter = await startExporter({
      dir: await makeConfigs({ faulty, mark }),
      names: 'faulty,mark',
    });
    assert.match(exporter.log, /^WARN {2}Not loaded: faulty$/m);
    const page = await exporter.scrape();
    const gauge = (name: string, labels: Record<string, string>): number | undefined =>
      page.samples(`ebpf_exporter_${name}`, labels)[0]?.value;
    assert.equal(gauge('config_loaded', { config: 'faulty' }), 0);
    assert.equal(gauge('config_loaded', { config: 'mark' }), 1);
    assert.equal(gauge('enabled_configs', { name: 'faulty' }), undefined);
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
        dir: await makeConfigs({ faulty, mark }),
        names: 'faulty,mark',
        args: [flag],
      });
      assert.match(stderr, /^ERROR Not loaded: faulty$/m);
      assert.equal(code, expected);
    });
  }
});

describe('a program that cannot be attached', needs(), () => {
  const warning =
    /^WARN {2}Config "sampled": Cannot attach program "sample" to xdp\/nosuch0: no network interface "nosuch0"; present: .*\blo\b/m;
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

  for (const [flag, exitCode] of [
    ['--config.strict', 2],
    ['--config.check', 1],
  ] as const) {
    it(`ends the exporter with ${exitCode} under ${flag}, named as config:program`, async () => {
      const { code, stderr } = await runExporter({
        dir: await makeConfigs(sampled),
        names: 'sampled',
        args: [flag],
      });
      assert.match(stderr, warning);
      assert.match(stderr, /Not attached: sampled:sample$/m);
      assert.equal(code, exitCode);
    });
  }

  it('costs that program only, when its section has no target in this kernel', async () => {
    const dir = await makeConfigs({
      sections: { yaml: 'metrics: {counters: [{name: runs, help: Runs}]}' },
    });
    await using exporter = await startExporter({ dir, names: 'sections' });
    const page = await exporter.scrape();
    const programs = page.samples('ebpf_exporter_ebpf_program_info').map(({ labels }) => labels.program);
    assert.deepEqual(programs, ['good']);
    assert.ok(page.sum('ebpf_exporter_runs') > 0);
    for (const [program, reason] of [
      ['no_tracepoint', 'the tracepoint no_such_event is not in this kernel'],
      ['no_function', 'the function no_such_function is not in this kernel'],
      ['no_hook', 'the security hook no_such_hook is not in this kernel'],
      ['no_iterator', 'the iterator no_such_iterator is not in this kernel'],
      ['no_section', 'libbpf does not know this section'],
      ['no_interface', 'it names no interface'],
    ]) {
      assert.match(
        exporter.log,
        new RegExp(`^WARN .*Cannot attach program "${program}" to \\S+: ${reason}`, 'm'),
      );
    }
  });

  const reasons: readonly [section: string, reason: RegExp][] = [
    ['raw_tp/no_such_event', /ENOENT .*What to do: the function or tracepoint is not in this kernel/],
    ['uprobe/libc.so.6:no_such_function', /failed to find symbol 'no_such_function' in '\S*\/libc\.so\.6'/],
    ['uprobe/nosuch.so:malloc', /failed to resolve full path for 'nosuch\.so'/],
    ['socket', /it belongs to a socket/],
    ['cgroup_skb/egress', /it belongs to a cgroup/],
    ['perf_event', /perf_event\/type=1,config=0,frequency=99 samples the CPU clock/],
    [
      'perf_event/type=0',
      /it lacks config, frequency; perf_event\/type=NUMBER,config=NUMBER,frequency=HERTZ/,
    ],
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

  it('for lack of kprobes says which tracepoint to use', needs('noKprobe'), async () => {
    for (const [section, reason] of [
      ['ksyscall/openat', /use tracepoint\/syscalls\/sys_enter_openat or tp_btf\/sys_enter/],
      ['kretsyscall/openat', /use tracepoint\/syscalls\/sys_exit_openat or tp_btf\/sys_exit/],
      ['kprobe/vfs_read', /CONFIG_KPROBES.*: use a tracepoint/],
    ] as const) {
      const dir = await calls(section);
      const { stderr } = await runExporter({ dir, names: 'calls', args: ['--config.check'] });
      assert.match(stderr, reason);
    }
  });
});

function calls(section: string): Promise<string> {
  return makeConfigs({ calls: { defines: { SECTION: `"${section}"` } } });
}
