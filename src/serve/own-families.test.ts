import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AttachedConfig, AttachedProgram } from '../attached.ts';
import { ownNames } from '../config/metric-names.ts';
import { ExporterError } from '../errors.ts';
import { pageText } from '../exposition/page-testing.ts';
import { MapReading } from '../metrics/map-reading.ts';
import { namePrefix } from '../metrics/metric.ts';
import { FakeSource } from '../metrics/metric-testing.ts';
import { fakeNative } from '../native/native-testing.ts';
import type { ConfigMetrics } from './config-metrics.ts';
import { ErrorCounts } from './error-counts.ts';
import { ownFamilies } from './own-families.ts';
import { counterSpec, loadedOf, unending } from './serve-testing.ts';
import { serviceFamilies } from './service-families.ts';
import { streamFamilies } from './stream-families.ts';

const attached = { failed: [{ name: 'three', reason: 'no' }], libbpfVersion: 'v1.1' };

function configOf(
  name: string,
  given: Partial<ConfigMetrics>,
  programs: AttachedConfig['programs'] = [],
): ConfigMetrics {
  const loaded = loadedOf({ name }, { programs });
  return {
    loaded,
    readings: [],
    disabled: [],
    events: [],
    counts: new Map(),
    spans: [],
    errors: errorsOf(0),
    ...unending,
    ...given,
  };
}

function programOf(id: number, reason?: string): AttachedProgram {
  return { name: `p${id}`, section: 'kprobe/x', fd: id + 100, id, tag: 'ab12', reason };
}

function errorsOf(undecoded: number): ErrorCounts {
  const errors = new ErrorCounts();
  errors.countUndecoded(undecoded);
  return errors;
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

const configs = [
  configOf('one', { errors: errorsOf(3) }, [
    programOf(4),
    programOf(5, 'no'),
    { name: 'left_out', section: 'fentry/nowhere', reason: 'no such function' }, // has no number to be shown by
  ]),
  configOf('two', {}),
];

function samples(text: string): string[] {
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

test('configs, programs, errors and the build are told', () => {
  assert.deepEqual(samples(pageText(ownFamilies(native, attached, configs, '1.2.3', false))), [
    `ebpf_exporter_build_info{arch="${process.arch}",libbpf="v1.1",nodejs="${process.version}",version="1.2.3"} 1`,
    'ebpf_exporter_config_loaded{config="one"} 1',
    'ebpf_exporter_config_loaded{config="two"} 1',
    'ebpf_exporter_config_loaded{config="three"} 0',
    'ebpf_exporter_decoder_errors_total{config="one"} 3',
    'ebpf_exporter_decoder_errors_total{config="two"} 0',
    'ebpf_exporter_ebpf_program_attached{id="4"} 1',
    'ebpf_exporter_ebpf_program_attached{id="5"} 0',
    'ebpf_exporter_ebpf_program_info{config="one",id="4",program="p4",tag="ab12"} 1',
    'ebpf_exporter_ebpf_program_info{config="one",id="5",program="p5",tag="ab12"} 1',
    'ebpf_exporter_enabled_configs{name="one"} 1',
    'ebpf_exporter_enabled_configs{name="two"} 1',
  ]);
});

test('metrics that are disabled, and maps that could not be read', () => {
  const errors = new ErrorCounts();
  errors.countFailedRead('reads_total');
  errors.countFailedRead('reads_total');
  const specs = [counterSpec({ name: 'reads_total' }), counterSpec({ name: 'writes_total' })];
  const config: ConfigMetrics = {
    ...configOf('one', { errors }),
    loaded: loadedOf({ name: 'one', metrics: specs }),
    readings: [{ map: 'reads_total', reading: new MapReading(new FakeSource(4)), metrics: [] }],
    disabled: [{ name: 'writes_total', error: new ExporterError('map_missing', 'no') }],
  };
  const found = samples(pageText(ownFamilies(native, attached, [config], '1.2.3', false)));
  assert.deepEqual(
    found.filter((line) => /metric_enabled|read_errors/.test(line)),
    [
      'ebpf_exporter_map_read_errors_total{config="one",map="reads_total"} 2',
      'ebpf_exporter_metric_enabled{config="one",metric="reads_total"} 1',
      'ebpf_exporter_metric_enabled{config="one",metric="writes_total"} 0',
    ],
  );
});

test('runs are told while the kernel counts them', () => {
  const runs = samples(pageText(ownFamilies(native, attached, configs, '1.2.3', true))).filter((line) =>
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
  const families = [
    ...ownFamilies(native, attached, [], '1.2.3', false),
    ...streamFamilies([], undefined),
    ...serviceFamilies({
      rejected: new Map(),
      lastReload: { successful: true, successSeconds: 1 },
      lastReadings: new Map(),
    }),
  ];
  const names = families.map(({ name }) => name);
  assert.deepEqual(names.sort(), ownNames.map((name) => namePrefix + name).sort());
});
