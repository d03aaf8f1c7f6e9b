import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mapTypes } from '../bpf/map-types.ts';
import { hostBytes } from '../decoders/decoder-testing.ts';
import { pageText } from '../exposition/page-testing.ts';
import { createMetric } from '../metrics/metric-kinds.ts';
import { FakeSource, inputOf, label } from '../metrics/metric-testing.ts';
import type { ConfigMetrics } from './config-metrics.ts';
import { mapFamilies } from './map-families.ts';
import { counterSpec, loadedOf, mapOf } from './serve-testing.ts';

test('a map says how full it is, once, whatever reads it; one that is only looked up says what it can hold', () => {
  const source = new FakeSource(4, [
    [hostBytes(4, 1), 1],
    [hostBytes(4, 2), 1],
  ]);
  const bind = (map: string, ...labels: ReturnType<typeof label>[]) => {
    const input = inputOf(source, labels, { keyBytes: labels.length * 4 });
    return { map, reading: input.reading, metrics: [{ input, metric: createMetric(counterSpec(), input) }] };
  };
  const whole = bind('a', label('id', 4, 'uint'));
  const readings = [bind('a'), whole, bind('zero'), bind('array'), bind('ring')];
  const maps = [
    mapOf({ name: 'a', maxEntries: 10 }),
    mapOf({ name: 'zero' }),
    mapOf({ name: 'array', type: mapTypes.array, maxEntries: 3 }),
    mapOf({ name: 'ring', type: mapTypes.ringbuf }),
    mapOf({ name: 'unread' }),
  ];
  const config = { loaded: loadedOf({ name: 'c' }, { maps }), readings } as unknown as ConfigMetrics;
  const lines = () =>
    pageText(mapFamilies([config]))
      .split('\n')
      .filter((line) => line.startsWith('ebpf'));
  const max = [
    'ebpf_exporter_map_max_entries{config="c",map="a",type="hash"} 10',
    'ebpf_exporter_map_max_entries{config="c",map="zero",type="hash"} 16',
    'ebpf_exporter_map_max_entries{config="c",map="array",type="array"} 3',
  ];
  const array = 'ebpf_exporter_map_entries{config="c",map="array",type="array"} 3';
  assert.deepEqual(lines(), [array, ...max]);
  for (const _ of whole.reading.collect());
  assert.deepEqual(lines(), ['ebpf_exporter_map_entries{config="c",map="a",type="hash"} 2', array, ...max]);
});
