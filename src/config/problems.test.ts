import { deepEqual, equal } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseFile } from './parse-file.ts';
import { formatProblem } from './problem.ts';
import { type Case, counter, decoder, expected, hex, histogram, label, markers } from './problems-testing.ts';
import { containerFields, decoderNames } from './spec.ts';

const labelName = 'a label name of letters, digits and _ that starts with no digit or __ is needed';
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

const gauge = (keys: string): string => `{metrics: {gauges: [{name: a, help: h, ${keys}}]}}`;
const every = 'a duration of whole multiples of 5s, up to 1h, is needed';
const windows: Case[] = [
  ['of no length', gauge('labels: [{name: b}], window: ▸{take: max}'), `"window" has no "every"; ${every}`],
  [
    'of slices that are cut',
    gauge('labels: [{name: b}], window: {every: ▸7s, take: max}'),
    `"every" of "window" is "7s"; ${every}`,
  ],
  [
    'longer than what is kept',
    gauge('labels: [{name: b}], window: {every: ▸2h, take: max}'),
    `"every" of "window" is "2h"; ${every}`,
  ],
  [
    'of an average',
    gauge('labels: [{name: b}], window: {every: 5s, take: ▸avg}'),
    'unknown take "avg"; one of max, min, sum is needed',
  ],
  [
    'of a gauge without labels',
    gauge('window: ▸{every: 5s, take: max}'),
    'a window of a gauge without labels; labels of the key are needed',
  ],
  [
    'beside metrics that read the same map',
    '{metrics: {gauges: [{name: a, help: h, labels: [{name: b}], window: {every: 5s, take: max}}, ▸{name: c, map: a, help: h}], counters: [▸{name: d, map: a, help: h}]}}',
    'metric reads map "a", whose entries a window takes out; a gauge with a window, or another map, is needed',
    'metric reads map "a", whose entries a window takes out; a gauge with a window, or another map, is needed',
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
    'no buckets of records',
    histogram('▸{ringbuf: r, value: bucket,'),
    `histogram has no "bucket_type"; ${bucketType}, or "buckets"`,
  ],
  [
    'bounds of a map',
    histogram('{buckets: ▸[1],'),
    '"buckets" of a map, whose buckets are its keys; bucket_type is needed',
  ],
  [
    'bounds without a value',
    histogram('{ringbuf: r, buckets: ▸[1],'),
    '"buckets" of a histogram without "value"; a field of the record is needed',
  ],
  [
    'bounds that do not rise',
    histogram('{ringbuf: r, value: bucket, buckets: ▸[1, 1],'),
    '"buckets" do not rise; rising upper bounds are needed',
  ],
  [
    'no bounds',
    histogram('{ringbuf: r, value: bucket, buckets: ▸[],'),
    '"buckets" is an empty list; one or more upper bounds are needed',
  ],
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

for (const [subject, cases] of Object.entries({
  'a label with': labels,
  'a decoder with': decoders,
  'a histogram with': histograms,
  'A window': windows,
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
