import assert from 'node:assert/strict';
import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, it, test } from 'node:test';
import { type DeclaredMap, readDeclarations } from '../../src/bpf/declared-maps.ts';
import { readElf } from '../../src/bpf/elf-file.ts';
import { parseFile } from '../../src/config/parse-file.ts';
import type { Config, MetricSpec } from '../../src/config/spec.ts';
import { placeInOrder } from '../../src/decoders/placed-label.ts';
import { initConfig } from '../../src/init/init-config.ts';
import { layoutOfMap } from '../../src/layout/map-layout.ts';
import { layoutOfRecords } from '../../src/layout/record-layout.ts';
import { compileFixture, examples, root } from './support/configs.ts';
import { startExporter } from './support/exporter.ts';
import { needs } from './support/requirements.ts';
import { run } from './support/run.ts';
import { scratchDirectory } from './support/scratch.ts';

const bareKey = 'the key is a number, which the object has no name for';
const noType = 'the object has no BTF of the record: no map or argument has its type';

/** Maps whose labels are not called as a person called them, with the reason. Their bytes are the same. */
const otherNames: Readonly<Record<string, string>> = {
  'cachestat page_cache_ops_total': bareKey,
  'cachestat-pre-kernel-5.16 page_cache_ops_total': bareKey,
  'cgroup-rstat-flushing cgroup_rstat_flush_total': bareKey,
  'cgroup-rstat-flushing cgroup_rstat_map_errors_total': bareKey,
  'icmp-ip icmp4_received_packets_total': bareKey,
  'icmp-ip icmp6_received_packets_total': bareKey,
  'llcstat llc_misses_total': bareKey,
  'llcstat llc_references_total': bareKey,
  'raw-tracepoints raw_timer_starts_total': bareKey,
  'softirq-latency softirq_raised_total': bareKey,
  'softirq-latency softirq_serviced_total': bareKey,
  'timers timer_starts_total': bareKey,
  'udp-drops udp_fail_queue_rcv_skbs_total': bareKey,
  'uprobe libc_malloc_calls_total': bareKey,
  'page-faults page_faults_total': 'the field "major" is 0 or 1, and became a label with names for both',
  'xdp xdp_incoming_packets_total': 'labels are called otherwise than the fields of the key',
};

/** Maps that lack labels, with the reason. */
const fewerLabels: Readonly<Record<string, string>> = {
  'percpu-softirq softirqs_total': 'whether CPUs are worth series of their own is a matter of taste',
  'oomkill oom_kills_total': 'the record is a number',
  'bio-trace block_rq_insert_spans': noType,
  'bio-trace block_rq_service_spans': noType,
  'cfs-throttling-trace cfs_throttle_spans': noType,
  'sched-trace sched_migrate_spans': noType,
  'sched-trace sched_switch_spans': noType,
  'sched-trace sched_wakeup_spans': noType,
  'sock-trace sk_error_report_spans': noType,
  'sock-trace sk_spans': noType,
  'sock-trace sock_release_spans': noType,
  'sock-trace stitch_spans': noType,
};

const names = readdirSync(examples)
  .filter((file) => file.endsWith('.bpf.c'))
  .map((file) => basename(file, '.bpf.c'));

describe('init of an example names the labels and bytes that a person wrote:', needs('native'), () => {
  for (const name of names) {
    it(name, () => {
      const object = join(examples, `${name}.bpf.o`);
      const { maps } = readDeclarations(readElf(readFileSync(object)));
      const written = parse(name, readFileSync(join(examples, `${name}.yaml`), 'utf8'));
      const made = labelsByMap(parse(name, initConfig(object).yaml), maps);
      for (const [map, [wanted, second]] of labelsByMap(written, maps)) {
        if (wanted === undefined || second !== undefined) continue; // of several metrics of one map a person chose some
        const [labels] = made.get(map) ?? [];
        assert.ok(labels !== undefined, `nothing was made of ${map}`);
        if (`${name} ${map}` in fewerLabels) assert.ok(labels.length < wanted.length, map);
        else if (`${name} ${map}` in otherNames) {
          assert.deepEqual(labels.map(bytesOf), wanted.map(bytesOf), map);
          assert.notDeepEqual(labels, wanted, `${map} is no exception any more`);
        } else assert.deepEqual(labels, wanted, map);
      }
    });
  }
});

type Place = { readonly name: string; readonly offset: number; readonly size: number };

/** The labels of each metric and span, by their maps. */
function labelsByMap(config: Config, maps: readonly DeclaredMap[]): ReadonlyMap<string, Place[][]> {
  const found = new Map<string, Place[][]>();
  const add = (map: string, labels: readonly Place[]): void => {
    const places = labels.map(({ name, offset, size }) => ({ name, offset, size }));
    found.set(map, [...(found.get(map) ?? []), places]);
  };
  for (const spec of config.metrics) add(spec.map, placed(spec, maps));
  for (const { ringbuf, labels } of config.spans) add(ringbuf, placeInOrder(labels).labels);
  return found;
}

function placed(spec: MetricSpec, maps: readonly DeclaredMap[]): readonly Place[] {
  const map = maps.find(({ name }) => name === spec.map);
  assert.ok(map !== undefined, `there is no map ${spec.map}`);
  const layout =
    spec.records === undefined ? layoutOfMap(spec, map) : layoutOfRecords(spec, spec.records, map);
  return layout.placement.labels;
}

function bytesOf({ offset, size }: Place): string {
  return `${size} at ${offset}`;
}

test(
  'every metric that init makes of an example fits the map that the kernel has',
  needs('native'),
  async () => {
    const directory = scratchDirectory();
    const some = [
      'timers',
      'syscalls',
      'percpu-softirq',
      'softirq-latency',
      'shrinklat',
      'icmp-ip',
      'regexp',
      'signals',
      'biolatency',
      'dns',
      'tcp-connect',
      'off-cpu',
      'xdp',
    ];
    for (const name of some) {
      copyFileSync(join(examples, `${name}.bpf.o`), join(directory, `${name}.bpf.o`));
      writeFileSync(join(directory, `${name}.yaml`), initConfig(join(examples, `${name}.bpf.o`)).yaml);
    }
    const exporter = await startExporter({ dir: directory, names: some.join(',') });
    try {
      const page = await exporter.scrape();
      for (const [metric, label] of [
        ['ebpf_exporter_config_loaded', 'config'],
        ['ebpf_exporter_metric_enabled', 'metric'],
      ] as const) {
        const samples = page.samples(metric);
        assert.ok(samples.length >= some.length);
        assert.deepEqual(
          samples.filter(({ value }) => value !== 1).map(({ labels }) => labels[label]),
          [],
        );
      }
    } finally {
      await exporter.stop();
    }
  },
);

describe('init', needs('native'), () => {
  const init = (...args: string[]) => run(join(root, 'bin/ebpf_exporter'), ['init', ...args]);
  const object = join(examples, 'timers.bpf.o');

  it('writes beside the object, and over a file only when it is told to', async () => {
    const directory = scratchDirectory();
    copyFileSync(object, join(directory, 'mine.bpf.o'));
    const first = await init(join(directory, 'mine.bpf.o'));
    assert.equal(first.code, 0, first.stderr);
    assert.match(first.stdout, /^Wrote .*\/mine\.yaml: 1 counter; look at the lines with "guess"$/m);
    writeFileSync(join(directory, 'mine.yaml'), 'by hand');
    const second = await init(join(directory, 'mine.bpf.o'));
    assert.equal(second.code, 1);
    assert.match(second.stderr, /^Cannot write .*mine\.yaml: it is there already; --force writes over it/);
    assert.equal(readFileSync(join(directory, 'mine.yaml'), 'utf8'), 'by hand');
    assert.equal((await init('--force', join(directory, 'mine.bpf.o'))).code, 0);
    assert.match(readFileSync(join(directory, 'mine.yaml'), 'utf8'), /timer_starts_total/);
  });

  it('prints when it is told to', async () => {
    const { code, stdout } = await init('--output=-', object);
    assert.equal(code, 0);
    assert.match(stdout, /^# Written by ebpf_exporter init from timers\.bpf\.o/);
  });

  it('says what it needs of an object without BTF', async () => {
    const { code, stderr } = await init('--output=-', await compileFixture('events', {}, { bare: true }));
    assert.equal(code, 1);
    assert.match(stderr, /^Cannot describe .*: it has no BTF, .*clang -g is needed$/m);
  });

  it('says that a file is no object', async () => {
    const { code, stderr } = await init('--output=-', join(examples, 'timers.yaml'));
    assert.equal(code, 1);
    assert.match(stderr, /^Cannot open .*timers\.yaml: it is no ELF file/);
  });
});

function parse(name: string, yaml: string): Config {
  const { config, problems, warnings } = parseFile(name, `${name}.yaml`, yaml, { strict: true });
  assert.deepEqual([...problems, ...warnings], []);
  return config!;
}
