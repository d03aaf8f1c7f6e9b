import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RecordStream } from '../bpf/record-stream.ts';
import { ownNames } from '../config/metric-names.ts';
import { ExporterError } from '../errors.ts';
import { pageText } from '../exposition/page-testing.ts';
import type { LoadedConfig } from '../load/loaded-config.ts';
import { namePrefix } from '../metrics/metric.ts';
import { fakeNative } from '../native/native-testing.ts';
import type { ConfigMetrics } from './config-metrics.ts';
import { ownFamilies } from './own-families.ts';
import { loadedOf } from './serve-testing.ts';

const build = { version: '1.2.3', libbpf: 'v1.1' };

function configOf(
  name: string,
  given: Partial<ConfigMetrics>,
  programs: LoadedConfig['programs'] = [],
): ConfigMetrics {
  const loaded = loadedOf({ name }, { programs });
  return { loaded, metrics: [], disabled: [], events: [], decoderErrors: 0, close() {}, ...given };
}

function programOf(id: number, error?: ExporterError): LoadedConfig['programs'][number] {
  return { name: `p${id}`, section: 'kprobe/x', fd: id + 100, id, tag: 'ab12', error, detach() {} };
}

const native = fakeNative({
  bpf: {
    bpf_obj_get_info_by_fd: (fd, info) => {
      (info as Buffer).writeBigUInt64LE(BigInt(fd) * 1_000_000n, 192);
      (info as Buffer).writeBigUInt64LE(BigInt(fd), 200);
      return 0;
    },
  },
});

const stream: RecordStream = {
  map: 'events',
  lost: () => 9,
  uncoveredCpus: 1,
  flush: () => [],
  wake() {},
  close() {},
};

const configs = [
  configOf('one', { decoderErrors: 3 }, [
    programOf(4),
    programOf(5, new ExporterError('program_attach', 'no')),
  ]),
  configOf('two', { events: [stream] }),
];

function samples(text: string): string[] {
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

test('configs, programs, errors and the build are told', () => {
  assert.deepEqual(samples(pageText(ownFamilies(native, configs, build, false))), [
    `ebpf_exporter_build_info{arch="${process.arch}",libbpf="v1.1",nodejs="${process.version}",version="1.2.3"} 1`,
    'ebpf_exporter_decoder_errors_total{config="one"} 3',
    'ebpf_exporter_decoder_errors_total{config="two"} 0',
    'ebpf_exporter_ebpf_program_attached{id="4"} 1',
    'ebpf_exporter_ebpf_program_attached{id="5"} 0',
    'ebpf_exporter_ebpf_program_info{config="one",id="4",program="p4",tag="ab12"} 1',
    'ebpf_exporter_ebpf_program_info{config="one",id="5",program="p5",tag="ab12"} 1',
    'ebpf_exporter_enabled_configs{name="one"} 1',
    'ebpf_exporter_enabled_configs{name="two"} 1',
    'ebpf_exporter_lost_records_total{config="two",map="events"} 9',
    'ebpf_exporter_uncovered_cpus{config="two",map="events"} 1',
  ]);
});

test('runs are told while the kernel counts them', () => {
  const runs = samples(pageText(ownFamilies(native, configs, build, true))).filter((line) =>
    /_run_/.test(line),
  );
  assert.deepEqual(runs, [
    'ebpf_exporter_ebpf_program_run_count_total{id="4"} 104',
    'ebpf_exporter_ebpf_program_run_count_total{id="5"} 105',
    'ebpf_exporter_ebpf_program_run_time_seconds{id="4"} 0.104',
    'ebpf_exporter_ebpf_program_run_time_seconds{id="5"} 0.105',
  ]);
});

test('no config can take one of these names', () => {
  const names = ownFamilies(native, [], build, false).map(({ name }) => name);
  assert.deepEqual(names.sort(), ownNames.map((name) => namePrefix + name).sort());
});
