import { deepEqual, equal, throws } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseFile } from './parse-file.ts';
import { formatProblem } from './problem.ts';
import type { Config } from './spec.ts';

describe('a good file', () => {
  it('becomes a config with every default filled in', () => {
    const config = parsed(`
      metrics:
        counters:
          - {name: bare, help: Bare}
          - name: events
            help: Events
            perf_event_array: yes
            flush_interval: 1h30m
            labels:
              - {name: pid, size: 4, padding: 4, decoders: [{name: uint}]}
        histograms:
          - name: latency_seconds
            help: Latency
            bucket_type: exp2
            bucket_max: 26
            bucket_multiplier: 1e-6
            labels:
              - {name: bucket, size: 8, decoders: [{name: uint}]}
      tracing:
        spans:
          - ringbuf: spans
            labels:
              - {name: http.route, size: 16, type: int, decoders: [{name: string}, {name: regexp, regexps: [^/]}]}
      kaddrs: [jiffies]
      cgroup_id_map: {name: ids, regexps: [ssh]}
      maps: {latency_seconds: {max_entries: 20_000}, events: {pages: 8}, others: {expire_after: 10m}}
      variables: {min_us: 0x10, target: bash, pids: [1, 2], none: }
    `);
    const decoder = { staticMap: undefined, allowUnknown: false, regexps: [] };
    deepEqual(config, {
      name: 'test',
      file: 'test.yaml',
      metrics: [
        {
          kind: 'counter',
          value: undefined,
          maxSeries: 0,
          multiplier: 1,
          name: 'bare',
          map: 'bare',
          help: 'Bare',
          records: undefined,
          labels: [],
        },
        {
          kind: 'counter',
          value: undefined,
          maxSeries: 0,
          multiplier: 1,
          name: 'events',
          map: 'events',
          help: 'Events',
          records: {
            from: 'perf_event_array',
            flushIntervalMs: 5_400_000,
            maxKeys: 100_000,
            fields: [{ name: 'pid', size: 4, padding: 4, decoders: [{ name: 'uint', ...decoder }] }],
          },
          labels: [{ name: 'pid', size: 4, padding: 4, decoders: [{ name: 'uint', ...decoder }] }],
        },
        {
          kind: 'histogram',
          value: undefined,
          maxSeries: 0,
          name: 'latency_seconds',
          map: 'latency_seconds',
          help: 'Latency',
          records: undefined,
          sum: undefined,
          bucketType: 'exp2',
          bucketMin: 0,
          bucketMax: 26,
          bucketMultiplier: 0.000001,
          bucketKeys: [],
          buckets: [],
          labels: [{ name: 'bucket', size: 8, padding: 0, decoders: [{ name: 'uint', ...decoder }] }],
        },
      ],
      spans: [
        {
          name: '',
          ringbuf: 'spans',
          service: '',
          labels: [
            {
              name: 'http.route',
              type: 'int',
              size: 16,
              padding: 0,
              decoders: [
                { name: 'string', ...decoder },
                { name: 'regexp', ...decoder, regexps: ['^/'] },
              ],
            },
          ],
        },
      ],
      kaddrs: ['jiffies'],
      cgroupIdMap: { name: 'ids', type: 'hash', regexps: ['ssh'] },
      maps: new Map([
        ['latency_seconds', { maxEntries: 20_000, pages: undefined, expireAfterMs: undefined }],
        ['events', { maxEntries: undefined, pages: 8, expireAfterMs: undefined }],
        ['others', { maxEntries: undefined, pages: undefined, expireAfterMs: 600_000 }],
      ]),
      variables: new Map<string, string | string[]>([
        ['min_us', '0x10'],
        ['target', 'bash'],
        ['pids', ['1', '2']],
        ['none', ''],
      ]),
    } satisfies Config);
  });

  it('is frozen to the bottom', () => {
    const { labels } = parsed(counter('labels: [{name: a, size: 1, decoders: [{name: hex}]}]')).metrics[0]!;
    throws(() => (labels[0]!.decoders as unknown[]).push('more'), TypeError);
  });

  it('takes the texts of a static map as they are written', () => {
    const map = '{1: read, 0x800: on, 2: 0x10, 3: , 4: ~, "5": null, 010: "null", yes: 1.50, ~: 6}';
    const config = parsed(
      counter(`labels: [{name: a, size: 1, decoders: [{name: static_map, static_map: ${map}}]}]`),
    );
    deepEqual(
      config.metrics[0]?.labels[0]?.decoders[0]?.staticMap,
      new Map(
        Object.entries({
          1: 'read',
          '0x800': 'on',
          2: '0x10',
          3: '',
          4: '',
          5: '',
          '010': 'null',
          yes: '1.50',
          '~': '6',
        }),
      ),
    );
  });

  it('takes any text as a key of a static map, names of object properties too', () => {
    const map = '{constructor: a, __proto__: b, toString: c}';
    const config = parsed(
      counter(`labels: [{name: a, size: 1, decoders: [{name: static_map, static_map: ${map}}]}]`),
    );
    deepEqual(
      [...(config.metrics[0]?.labels[0]?.decoders[0]?.staticMap ?? [])],
      [
        ['constructor', 'a'],
        ['__proto__', 'b'],
        ['toString', 'c'],
      ],
    );
  });

  it('may have numbers and booleans where text is expected', () => {
    const { metrics } = parsed('metrics: {counters: [{name: 1, help: yes}]}');
    deepEqual([metrics[0]?.name, metrics[0]?.help], ['1', 'yes']);
  });

  const zeros: [key: string, field: string, expected: number][] = [
    ['bucket_multiplier: 0', 'bucketMultiplier', 1],
    ['bucket_max: 0b1010', 'bucketMax', 10],
    ['bucket_max: 1_0.0', 'bucketMax', 10],
    ['bucket_min:', 'bucketMin', 0],
  ];
  for (const [key, field, expected] of zeros) {
    it(`may say ${key}, which is ${expected}`, () => {
      const config = parsed(histogram(`bucket_type: linear\n      ${key}`));
      equal(Object.entries(config.metrics[0]!).find(([name]) => name === field)?.[1], expected);
    });
  }

  it('may count the records of a ring buffer, never cleared unless it says so', () => {
    const { metrics } = parsed(`
      metrics:
        counters:
          - {name: seen_total, help: Seen, ringbuf: records}
        histograms:
          - name: sizes
            help: Sizes
            ringbuf: records
            flush_interval: 5m
            bucket_type: exp2
            labels: [{name: bucket, size: 1, decoders: [{name: uint}]}]
    `);
    deepEqual(
      metrics.map(({ name, map, records }) => [name, map, records?.from, records?.flushIntervalMs]),
      [
        ['seen_total', 'records', 'ringbuf', undefined],
        ['sizes', 'records', 'ringbuf', 300_000],
      ],
    );
  });

  it('may add up or observe a field of records, which with sizes is one of the labels', () => {
    const { metrics } = parsed(`
      metrics:
        counters:
          - name: sent_bytes_total
            help: Sent
            ringbuf: records
            value: bytes
            max_keys: 10
            labels: [{name: pid, size: 4, decoders: [uint]}, {name: bytes, size: 4, decoders: [uint]}]
        histograms:
          - {name: sizes, help: Sizes, perf_event_array: on, value: size, buckets: [1, 2.5], labels: [{name: pid}]}
    `);
    deepEqual(
      metrics.map(({ value, labels, records }) => [
        value,
        labels.map(({ name }) => name),
        records?.fields?.map(({ name }) => name),
        records?.maxKeys,
      ]),
      [
        ['bytes', ['pid'], ['pid', 'bytes'], 10],
        ['size', ['pid'], undefined, 100_000],
      ],
    );
  });

  for (const interval of ['0', '0s', '~', '']) {
    it(`has the default flush interval for "${interval}"`, () => {
      equal(
        parsed(counter(`perf_event_array: on\n      flush_interval: ${interval}`)).metrics[0]?.records
          ?.flushIntervalMs,
        3_600_000,
      );
    });
  }

  it('leaves out null lists and null items', () => {
    const { metrics, kaddrs } = parsed(`${counter('labels: ~')}kaddrs: [a, ~, b]\ntracing:\n`);
    deepEqual([metrics[0]?.labels, kaddrs], [[], ['a', 'b']]);
  });

  it('may use anchors, aliases and merge keys; own keys win over merged ones', () => {
    const { metrics } = parsed(`
      metrics:
        counters:
          - &first
            name: one
            help: Shared
            labels: &labels [{name: a, size: 1, decoders: [{name: hex}]}]
          - {<<: *first, name: two}
          - {<<: [{name: three}, *first]}
          - {name: four, help: Own, labels: *labels}
    `);
    deepEqual(
      metrics.map(({ name, help, labels }) => [name, help, labels[0]?.name]),
      [
        ['one', 'Shared', 'a'],
        ['two', 'Shared', 'a'],
        ['three', 'Shared', 'a'],
        ['four', 'Own', 'a'],
      ],
    );
  });

  const accepted: [what: string, text: string][] = [
    ['a top-level name', `name: anything\n${counter('')}`],
    ['top-level keys where anchors are kept', `x-labels: &l [{anything: 1}]\nx-: 1\n${counter('')}`],
    [
      'a static map decoder without a map',
      counter('labels: [{name: a, size: 1, decoders: [{name: static_map}]}]'),
    ],
    ['a counter with a label le', counter('labels: [{name: le, size: 1, decoders: [{name: hex}]}]')],
    ['a metric name that begins with a digit', 'metrics: {counters: [{name: 9p_calls, help: h}]}'],
    ['a byte order mark', `\ufeff${counter('')}`],
    ['Windows line ends', counter('').replaceAll('\n', '\r\n')],
    ['a list that closes at the column of its key', `kaddrs: [\n  a,\n]\n${counter('')}`],
    ['named groups in its patterns', `cgroup_id_map: {name: m, regexps: ["(?P<a>b)"]}\n${counter('')}`],
  ];
  for (const [what, text] of accepted) it(`may have ${what}`, () => void parsed(text));
});

function parsed(text: string): Config {
  const { config, problems, warnings } = parseFile('test', 'test.yaml', text);
  deepEqual([...problems, ...warnings].map(formatProblem), []);
  return config!;
}

function counter(more: string): string {
  return `metrics:\n  counters:\n    - name: a\n      help: h\n      ${more}\n`;
}

function histogram(more: string): string {
  return `metrics:\n  histograms:\n    - name: a\n      help: h\n      labels: [{name: b, size: 8, decoders: [{name: uint}]}]\n      ${more}\n`;
}
