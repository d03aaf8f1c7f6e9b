import { deepEqual, equal } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseFile } from './parse-file.ts';
import { formatProblem } from './problem.ts';
import {
  beside,
  bucket,
  type Case,
  counter,
  decoder,
  expected,
  hex,
  histogram,
  label,
  markers,
} from './problems-testing.ts';
import { containerFields, decoderNames } from './spec.ts';

const metricName = 'a metric name of letters, digits, _ and : is needed';
const labelName = 'a label name of letters, digits and _ that starts with no digit or __ is needed';
const duration = 'a duration such as 300ms, 30s, 5m or 1h30m is needed';
const size = 'a whole number, 1 or more, is needed';
const bucketType = 'one of exp2, exp2zero, linear, fixed is needed';

const labels: Case[] = [
  [
    'no decoders',
    label('▸{name: a, size: 1}'),
    'label has no "decoders"; a list of one or more decoders is needed',
  ],
  [
    'an empty list of decoders',
    label('{name: a, size: 1, decoders: ▸[]}'),
    '"decoders" of label is an empty list; a list of one or more decoders is needed',
  ],
  [
    'no size beside one that has one',
    label(`{name: a, size: 1, ${hex}}, ▸{name: b}`),
    'label has no size, others of the metric have; a size for all of them, or for none, is needed',
  ],
  [
    'a size and a field',
    label(`{name: a, size: 1, ${hex}, field: ▸b}`),
    'label has a size and a field; one of them is needed',
  ],
  ['a padding without a size', label('{name: a, padding: ▸1}'), 'padding without size; a size is needed'],
  ['size zero', label(`{name: a, size: ▸0, ${hex}}`), `"size" of label is 0; ${size}`],
  ['a negative size', label(`{name: a, size: ▸-1, ${hex}}`), `"size" of label is -1; ${size}`],
  ['a fractional size', label(`{name: a, size: ▸1.5, ${hex}}`), `"size" of label is 1.5; ${size}`],
  ['a quoted size', label(`{name: a, size: ▸"8", ${hex}}`), `"size" of label is "8"; ${size}`],
  ['a size of text', label(`{name: a, size: ▸8 bytes, ${hex}}`), `"size" of label is "8 bytes"; ${size}`],
  [
    'an inexact size',
    label(`{name: a, size: ▸0xffffffffffffffff, ${hex}}`),
    `"size" of label is too big; ${size}`,
  ],
  [
    'a negative padding',
    label(`{name: a, size: 1, padding: ▸-4, ${hex}}`),
    '"padding" of label is -4; a whole number, 0 or more, is needed',
  ],
  ['a dot in its name', label(`{name: ▸a.b, size: 1, ${hex}}`), `"name" of label is "a.b"; ${labelName}`],
  ['a reserved name', label(`{name: ▸__a, size: 1, ${hex}}`), `"name" of label is "__a"; ${labelName}`],
  [
    'the name of another',
    counter(`labels: [{name: a, size: 1, ${hex}}, {name: ▸a, size: 1, ${hex}}]`),
    'label "a" is in the counter twice; each name once is needed',
  ],
];

const decoders: Case[] = [
  [
    'an unknown name',
    decoder('{name: ▸strng}'),
    `unknown decoder "strng" (did you mean "string"?); one of ${decoderNames.join(', ')} is needed`,
  ],
  [
    'only an unknown name',
    decoder('▸hx'),
    `unknown decoder "hx" (did you mean "hex"?); one of ${decoderNames.join(', ')} is needed`,
  ],
  [
    'a bad regexp',
    decoder('{name: regexp, regexps: [a, ▸"("]}'),
    'bad regexp "(": missing closing ): `(`; RE2 syntax is needed',
  ],
  [
    'a lookahead, which RE2 has not',
    decoder('{name: regexp, regexps: [▸a(?=b)]}'),
    'bad regexp "a(?=b)": invalid or unsupported Perl syntax: `(?=`; RE2 syntax is needed',
  ],
  [
    'a list for a map',
    decoder('{name: static_map, static_map: ▸[a]}'),
    '"static_map" of decoder is a list; a mapping of texts to texts is needed',
  ],
  [
    'a list in a map',
    decoder('{name: static_map, static_map: {1: ▸[a]}}'),
    '"1" of "static_map" is a list; text is needed',
  ],
  [
    'a key twice in a map, once quoted',
    decoder('{name: static_map, static_map: {1: a, ▸"1": b}}'),
    'key "1" is written twice; once is needed',
  ],
  [
    'the name container and no field',
    decoder('▸{name: container}'),
    `container has no "field"; one of ${containerFields.join(', ')} is needed`,
  ],
];

const histograms: Case[] = [
  [
    'no labels',
    '{metrics: {histograms: [▸{name: a, help: h, bucket_type: exp2}]}}',
    'histogram has no "labels"; a list of labels, the last for the bucket, is needed',
  ],
  ['no bucket type', histogram('▸{'), `histogram has no "bucket_type"; ${bucketType}`],
  [
    'an unknown bucket type',
    histogram('{bucket_type: ▸exp3,'),
    `unknown bucket_type "exp3" (did you mean "exp2"?); ${bucketType}`,
  ],
  [
    'an empty range',
    histogram('{bucket_type: linear, bucket_min: 5, bucket_max: ▸3,'),
    'bucket_max 3 is below bucket_min 5; bucket_min or more is needed',
  ],
  [
    'an empty range without bucket_max',
    histogram('▸{bucket_type: linear, bucket_min: 5,'),
    'bucket_max 0 is below bucket_min 5; bucket_min or more is needed',
  ],
  [
    'too many buckets',
    histogram('{bucket_type: linear, bucket_max: ▸1_000_000,'),
    '1000001 buckets; 10000 or fewer are needed',
  ],
  [
    'an infinite bound',
    histogram('{bucket_type: exp2, bucket_max: ▸1024,'),
    'bucket_max 1024 has an infinite bound; 64 is enough for any value',
  ],
  [
    'an infinite multiplier',
    histogram('{bucket_type: exp2, bucket_multiplier: ▸1e999,'),
    '"bucket_multiplier" of histogram is Infinity; a number, 0 or more, is needed',
  ],
  [
    'fixed buckets without keys',
    histogram('▸{bucket_type: fixed,'),
    'fixed histogram has no "bucket_keys"; one or more are needed',
  ],
  [
    'a fractional bucket key',
    histogram('{bucket_type: fixed, bucket_keys: [1, ▸2.5],'),
    'bucket_key is 2.5; a whole number, 0 or more, is needed',
  ],
  [
    'a label le before the last',
    histogram(`{bucket_type: exp2, labels: [{name: ▸le, size: 1, ${hex}}, {name: b, size: 1, ${hex}}],`, ''),
    'label "le" is not the last of the histogram; only the bucket may have that name',
  ],
];

const others: Case[] = [
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

for (const [subject, cases] of Object.entries({
  'a label with': labels,
  'a decoder with': decoders,
  'a histogram with': histograms,
  'a file with': [...files, ...others],
})) {
  describe(`A problem is ${subject}`, () => {
    for (const [what, text, ...messages] of cases) {
      it(what, () => {
        const { config, problems, warnings } = parseFile('test', 'test.yaml', text.replaceAll('▸', ''));
        deepEqual(problems.map(formatProblem), expected(text, messages));
        deepEqual([warnings, config], [[], undefined]);
      });
    }
  });
}

describe('Problems', () => {
  it('are all told, in the order of the file', () => {
    const text = `
kaddrs: [▸x-y]
metrics:
  counters:
    - ▸name: a
      labels: [▸{size: 1}]
  histograms:
    - ▸bucket_type: linear
      help: h
      labels: [{name: a, size: ▸0, decoders: [{name: hex}]}]
      bucket_min: 2
      bucket_max: ▸1`;
    const { problems } = parseFile('test', 'test.yaml', text.replaceAll('▸', ''));
    const told = [
      'kaddr is "x-y"',
      'counter has no "help"',
      'label has no "decoders"',
      'label has no "name"',
      'histogram has no "name"',
      '"size" of label is 0',
      'bucket_max 1 is below bucket_min 2',
    ];
    deepEqual(
      problems.map(({ message }) => message.split(';')[0]),
      told,
    );
    const places = [...new Set(problems.map(({ line, column }) => `${line}:${column}`))];
    deepEqual(places, markers(text));
  });

  it('are told up to a hundred, and then counted', () => {
    const { problems } = parseFile('test', 'test.yaml', `kaddrs: [${'0, '.repeat(2000)}]`);
    equal(problems.length, 101);
    equal(problems.at(-1)?.message, '1901 more like these, up to here');
  });

  it('of an anchor are told once, where the anchor is', () => {
    const text = counter(
      'labels: &l [{name: x, size: ▸0, decoders: [{name: hex}]}]}, {name: b, help: h, labels: *l',
    );
    const { problems } = parseFile('test', 'test.yaml', text.replaceAll('▸', ''));
    deepEqual(problems.map(formatProblem), expected(text, [`"size" of label is 0; ${size}`]));
  });
});
