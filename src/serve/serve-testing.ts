import assert from 'node:assert/strict';
import type { AttachedConfig } from '../attached.ts';
import type { BpfMap } from '../bpf/loaded-object.ts';
import { mapTypes } from '../bpf/map-types.ts';
import type { Config, CounterSpec, HistogramSpec } from '../config/spec.ts';
import type { ConfigMetrics } from './config-metrics.ts';

/** A hash map from u32 to u64 for tests, unless told otherwise. */
export function mapOf(given: Partial<BpfMap> = {}): BpfMap {
  const name = given.name ?? 'reads_total';
  return {
    fd: 3,
    type: mapTypes.hash,
    keySize: 4,
    valueSize: 8,
    maxEntries: 16,
    keyType: undefined,
    valueType: undefined,
    ...given,
    name,
  };
}

export function counterSpec(given: Partial<CounterSpec> = {}): CounterSpec {
  return {
    kind: 'counter',
    name: 'reads_total',
    map: given.name ?? 'reads_total',
    help: 'Reads.',
    records: undefined,
    value: undefined,
    maxSeries: 0,
    multiplier: 1,
    labels: [],
    ...given,
  };
}

export function histogramSpec(given: Partial<HistogramSpec> = {}): HistogramSpec {
  return {
    kind: 'histogram',
    name: 'latency_seconds',
    map: given.name ?? 'latency_seconds',
    help: 'Latency.',
    records: undefined,
    value: undefined,
    maxSeries: 0,
    sum: undefined,
    bucketType: 'exp2',
    bucketMin: 0,
    bucketMax: 1,
    bucketMultiplier: 1,
    bucketKeys: [],
    buckets: [],
    labels: [],
    ...given,
  };
}

/** Of a `ConfigMetrics`, what ends it. */
export const unending: Pick<ConfigMetrics, 'closed' | 'handOn' | 'close'> = {
  closed: false,
  handOn: () => assert.fail('nobody reloads'),
  close() {},
};

/** A config that looks as if it was loaded. */
export function loadedOf(config: Partial<Config>, given: Partial<AttachedConfig> = {}): AttachedConfig {
  const name = config.name ?? 'biolatency';
  return {
    config: {
      file: `/etc/ebpf/${name}.yaml`,
      metrics: [],
      spans: [],
      kaddrs: [],
      maps: new Map(),
      variables: new Map(),
      cgroupIdMap: undefined,
      ...config,
      name,
    },
    objectPath: `/etc/ebpf/${name}.bpf.o`,
    objectFile: '',
    maps: [],
    programs: [],
    perfOutputs: new Map(),
    descriptors: [],
    ...given,
  };
}
