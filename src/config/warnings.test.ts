import { deepEqual, equal } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseFile } from './parse-file.ts';
import { formatProblem } from './problem.ts';
import { beside, type Case, counter, decoder, expected, histogram } from './problems-testing.ts';

const warned: Case[] = [
  [
    'a flush interval of a map that is never cleared',
    counter('▸flush_interval: 5m'),
    '"flush_interval" has no effect; perf_event_array: true or ringbuf is needed',
  ],
  [
    'a type of what is no attribute of the span',
    '{tracing: {spans: [{ringbuf: r, labels: [{name: span_id, size: 8, ▸type: int, decoders: [{name: hex}]}]}]}}',
    '"type" has no effect; another name, of an attribute, is needed',
  ],
  [
    'bucket keys of a histogram that has a range',
    histogram('{bucket_type: exp2, ▸bucket_keys: [1],'),
    '"bucket_keys" has no effect; bucket_type: fixed is needed',
  ],
  [
    'a range of a histogram that has bucket keys',
    histogram('{bucket_type: fixed, bucket_keys: [1], ▸bucket_min: 0, ▸bucket_max: 3,'),
    '"bucket_min" has no effect; another bucket_type is needed',
    '"bucket_max" has no effect; another bucket_type is needed',
  ],
  [
    'settings of other decoders',
    decoder('{name: hex, ▸static_map: {1: a}, ▸regexps: [a]}'),
    '"static_map" has no effect; the decoder static_map is needed',
    '"regexps" has no effect; the decoder regexp is needed',
  ],
  [
    'a hierarchy that no decoder has',
    decoder('{name: hex, ▸hierarchy: memory}'),
    '"hierarchy" has no effect; the decoder cgroup is needed',
  ],
  [
    'an unknown key',
    counter('▸lables: []'),
    'unknown key "lables" (did you mean "labels"?) in counter; name, help, map, value, max_series, perf_event_array, ringbuf, max_keys, flush_interval, multiplier, labels are known',
  ],
  [
    'an unknown key like no other',
    beside('▸banana: []'),
    'unknown key "banana" in the file; name, metrics, tracing, kaddrs, maps, variables, cgroup_id_map are known',
  ],
  [
    'a regexp decoder without patterns',
    decoder('▸{name: regexp}'),
    'regexp has no "regexps" and skips everything; one or more are needed',
  ],
  [
    'a cgroup id map without patterns',
    beside('cgroup_id_map: ▸{name: m}'),
    '"cgroup_id_map" has no "regexps" and stays empty; one or more are needed',
  ],
  [
    'bucket keys out of order',
    histogram('{bucket_type: fixed, bucket_keys: ▸[1, 3, 3],'),
    '"bucket_keys" do not rise; buckets add up in this order, so rising keys are needed',
  ],
  [
    'a second document',
    `${counter('')}\n▸---\nmetrics: [wrong]`,
    'a second document begins here and is ignored; one document is needed',
  ],
];

describe('A warning is given for', () => {
  for (const [what, text, ...messages] of warned) {
    it(what, () => {
      const { config, problems, warnings } = parseFile('test', 'test.yaml', text.replaceAll('▸', ''));
      deepEqual([problems, warnings.map(formatProblem)], [[], expected(text, messages)]);
      equal(config?.name, 'test');
    });
  }
});
