import { deepEqual } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseFile } from './parse-file.ts';
import { formatProblem } from './problem.ts';
import { beside, bucket, type Case, counter, expected } from './problems-testing.ts';

const metricName = 'a metric name of letters, digits, _ and : is needed';
const duration = 'a duration such as 300ms, 30s, 5m or 1h30m is needed';

const others: Case[] = [
  [
    'a pattern that would take too much memory',
    beside(`cgroup_id_map: {name: m, regexps: [▸"${'x{1000}'.repeat(20)}"]}`),
    `bad regexp "${'x{1000}'.repeat(11)}...": it may take 140000 steps, 100000 at most are taken; a shorter one is needed`,
  ],
  [
    'patterns that would take too much memory together',
    beside(`cgroup_id_map: {name: m, regexps: [${'"a{1000}", '.repeat(42)}▸"a{1000}"]}`),
    'the regular expressions up to here may take 301000 steps; 300000 or fewer are needed',
  ],
  [
    'a variable that is a mapping',
    beside('variables: {a: ▸{b: 1}}'),
    '"a" of "variables" is a mapping; a text, a number or a list of them is needed',
  ],
  [
    'a variable that C cannot have',
    beside('variables: {a-b: ▸1}'),
    '"a-b" of "variables" is "a-b"; a C identifier is needed',
  ],
  [
    'a map without room',
    beside('maps: {m: {max_entries: ▸0}}'),
    '"max_entries" of "m" is 0; a whole number, 1 or more, is needed',
  ],
  [
    'pages that are no power of two',
    beside('maps: {m: {pages: ▸12}}'),
    '"pages" of "m" is 12; a power of two, 1 to 65536, is needed',
  ],
  [
    'two sources of records',
    counter('perf_event_array: on, ▸ringbuf: r'),
    '"ringbuf" and "perf_event_array" are both given; one of them is needed',
  ],
  [
    'an attribute of unknown type',
    '{tracing: {spans: [{ringbuf: r, labels: [{name: a, size: 8, type: ▸integer, decoders: [{name: hex}]}]}]}}',
    'unknown type "integer"; one of string, int, double, bool is needed',
  ],
  [
    'a counter without name and help',
    '{metrics: {counters: [▸{}]}}',
    `counter has no "name"; ${metricName}`,
    'counter has no "help"; help text is needed',
  ],
  [
    'an empty help',
    '{metrics: {counters: [{name: a, help: ▸""}]}}',
    '"help" of counter is ""; help text is needed',
  ],
  [
    'a metric name with a dash',
    '{metrics: {counters: [{name: ▸a-b, help: h}]}}',
    `"name" of counter is "a-b"; ${metricName}`,
  ],
  [
    'a duration without unit',
    counter('perf_event_array: on, flush_interval: ▸30'),
    `"flush_interval" of counter is "30"; ${duration}`,
  ],
  [
    'a negative duration',
    counter('perf_event_array: on, flush_interval: ▸-5m'),
    `"flush_interval" of counter is "-5m"; ${duration}`,
  ],
  [
    'a number for a boolean',
    counter('perf_event_array: ▸1'),
    '"perf_event_array" of counter is "1"; true or false is needed',
  ],
  [
    'labels that are a mapping',
    counter('labels: ▸{name: a}'),
    '"labels" of counter is a mapping; a list of labels is needed',
  ],
  [
    'a span without ring buffer',
    '{tracing: {spans: [▸{name: s}]}}',
    'span has no "ringbuf"; the name of a ring buffer map is needed',
  ],
  [
    'kaddrs that are text',
    beside('kaddrs: ▸jiffies'),
    '"kaddrs" is "jiffies"; a list of kernel symbols is needed',
  ],
  [
    'a kaddr that is no C identifier',
    beside('kaddrs: [▸foo.cold]'),
    'kaddr is "foo.cold"; a kernel symbol that is a C identifier is needed',
  ],
  [
    'a cgroup id map of unknown type',
    beside('cgroup_id_map: {name: m, type: ▸has, regexps: [a]}'),
    'unknown type "has" (did you mean "hash"?); one of hash, cgrp_storage is needed',
  ],
  [
    'a cgroup id map with a bad regexp',
    beside('cgroup_id_map: {name: m, regexps: [▸"["]}'),
    'bad regexp "[": missing closing ]: `[`; RE2 syntax is needed',
  ],
];

const nothing =
  'nothing to export; metrics with counters, gauges or histograms, or tracing with spans, are needed';
const top = 'a mapping of name, metrics, tracing, kaddrs, maps, variables, cgroup_id_map is needed';
const files: Case[] = [
  [
    'a configuration of version 1',
    '▸programs: [{name: a, metrics: {}, kprobes: {}, code: x}]\nkaddrs: [x-y]',
    'a configuration of version 1, whose "programs" were compiled at start; one of version 2, with "metrics" beside a compiled NAME.bpf.o, is needed',
  ],
  ['too many levels', `${'['.repeat(50)}▸[`, 'nested more than 50 levels deep; fewer are needed'],
  [
    'too many buckets in all',
    `{metrics: {histograms: [${Array.from(
      { length: 11 },
      (_, i) =>
        `${i === 10 ? '▸' : ''}{name: h${i}, help: h, bucket_type: linear, bucket_min: 1, bucket_max: 10000, ${bucket}}`,
    )}]}}`,
    'the histograms up to here have 110000 buckets; 100000 or fewer are needed',
  ],
  [
    'a value of any length, quoted in 80 characters',
    beside(`kaddrs: [▸${'é'.repeat(1_000_000 / 2)}]`),
    `kaddr is "${'é'.repeat(77)}..."; a kernel symbol that is a C identifier is needed`,
  ],
  ['no text', '', 'no content; metrics or tracing are needed'],
  ['only comments', '# nothing\n', 'no content; metrics or tracing are needed'],
  ['only null', '--- ~', 'no content; metrics or tracing are needed'],
  ['empty lists', 'metrics: {counters: []}\ntracing:\n', nothing],
  ['only kaddrs', 'kaddrs: [a]', nothing],
  ['only text', 'metrics', `the file is "metrics"; ${top}`],
  ['a list', '- a', `the file is a list; ${top}`],
  ['a tab as indent', 'metrics:\n▸\tcounters: []', 'a tab indents this line; spaces are needed'],
  ['an unquoted colon', 'metrics:\n  help: ▸a: b', 'text with ": " in it; quotes around it are needed'],
  ['an open quote', 'metrics: "▸', 'Missing closing "quote; valid YAML is needed'],
  ['a key twice', beside('kaddrs: [], ▸kaddrs: []'), 'key "kaddrs" is written twice; once is needed'],
  ['a list as key', beside('▸[a]: b'), 'a key is a list or a mapping; text is needed'],
  ['an alias without anchor', beside('kaddrs: ▸*k'), 'no anchor &k comes before *k; one is needed'],
  [
    'an anchor that contains itself',
    beside('kaddrs: &k [a, ▸*k]'),
    '*k is inside its own anchor; another is needed',
  ],
  [
    'a merge into itself where nothing reads it',
    beside('name: &m {<<: ▸*m}, <<: *m'),
    '*m is inside its own anchor; another is needed',
  ],
  ['a merge of text', beside('<<: ▸a'), '"<<" is not a mapping; a mapping or a list of them is needed'],
];

describe('A problem is a file with', () => {
  for (const [what, text, ...messages] of [...files, ...others]) {
    it(what, () => {
      const { config, problems, warnings } = parseFile('test', 'test.yaml', text.replaceAll('▸', ''));
      deepEqual(problems.map(formatProblem), expected(text, messages));
      deepEqual([warnings, config], [[], undefined]);
    });
  }
});
