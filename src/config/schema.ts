import { RE2JS } from 're2js';
import * as z from 'zod';
import { messageOf } from '../errors.ts';
import { durationPattern } from './duration.ts';
import { bucketTypes, decoderNames } from './spec.ts';

/*
 * The shape of a configuration file: the one description that checks files, tells the reader which type each
 * scalar has, and becomes docs/config.schema.json for editors. Each `needs` is the second half of a message.
 */

const needs = (allowed: string): { error: string } => ({ error: `${allowed} is needed` });

const text = (allowed: string) => z.string(needs(allowed)).min(1, needs(allowed));
const matching = (pattern: RegExp, allowed: string) =>
  z.string(needs(allowed)).regex(pattern, needs(allowed));
const oneOf = <const T extends readonly string[]>(values: T) =>
  z.enum(values, { error: `one of ${values.join(', ')} is needed` });

function whole(least: number) {
  const allowed = needs(`a whole number, ${least} or more,`);
  return z.int(allowed).min(least, allowed);
}

const listOf = <T extends z.ZodType>(item: T, what: string) => z.array(item, needs(`a list of ${what}`));

const mapping = <T extends z.ZodRawShape>(shape: T) =>
  z.strictObject(shape, needs(`a mapping of ${Object.keys(shape).join(', ')}`));

const flag = z.boolean(needs('true or false')).default(false);

const regexps = listOf(
  z.string(needs('a regular expression')).check(({ value, issues }) => {
    try {
      RE2JS.compile(value);
    } catch (error) {
      const reason = messageOf(error).replace(/^error parsing regexp: /, '');
      const message = `bad regexp ${JSON.stringify(value)}: ${reason}; RE2 syntax is needed`;
      issues.push({ code: 'custom', message, input: value });
    }
  }),
  'regular expressions',
).default([]);

const decoder = mapping({
  name: oneOf(decoderNames).describe('What turns the bytes, or the text of the decoder before, into text'),
  static_map: z
    .record(
      z.string(),
      z.string(needs('text')).meta({ type: ['string', 'number', 'boolean', 'null'] }),
      needs('a mapping of texts to texts'),
    )
    .optional()
    .describe('static_map: what each text becomes'),
  allow_unknown: flag.describe('static_map: leave a text that is not in the map as it is'),
  regexps: regexps.describe('regexp: patterns in RE2 syntax; the first that matches decides'),
});

const decoders = listOf(decoder, 'one or more decoders').min(1, needs('a list of one or more decoders'));

const label = (name: z.ZodString) =>
  mapping({
    name,
    size: whole(1).describe('Bytes that this label takes from the key'),
    padding: whole(0).default(0).describe('Bytes skipped after this label'),
    decoders: decoders.describe('Applied from first to last'),
  });

const metricLabel = label(
  matching(
    /^(?!__)[A-Za-z_][A-Za-z0-9_]*$/,
    'a label name of letters, digits and _ that starts with no digit or __',
  ),
);
const spanLabel = label(text('a label name'));

const metric = {
  name: matching(/^[A-Za-z0-9_:]+$/, 'a metric name of letters, digits, _ and :').describe(
    'The BPF map to read; the metric is named ebpf_exporter_ and this',
  ),
  help: text('help text').describe('Help text of the metric'),
};

const counter = mapping({
  ...metric,
  perf_event_array: flag.describe('The map is a perf event array; count its events'),
  flush_interval: matching(durationPattern, 'a duration such as 300ms, 30s, 5m or 1h30m')
    .default('1h')
    .describe('How often the counts of a perf event array are cleared'),
  labels: listOf(metricLabel, 'labels').default([]).describe('The fields of the map key, in order'),
});

const histogram = mapping({
  ...metric,
  bucket_type: oneOf(bucketTypes).describe('How a bucket key becomes an upper bound'),
  bucket_min: whole(0).default(0).describe('First bucket key'),
  bucket_max: whole(0).default(0).describe('Last bucket key'),
  bucket_multiplier: z
    .number(needs('a number, 0 or more,'))
    .min(0, needs('a number, 0 or more,'))
    .default(1)
    .describe('Factor of every bound and of the sum'),
  bucket_keys: listOf(whole(0), 'whole numbers')
    .default([])
    .describe('fixed: the bucket keys, in rising order'),
  labels: listOf(metricLabel, 'labels, the last for the bucket,')
    .min(1, needs('a list of labels, the last for the bucket,'))
    .describe('The fields of the map key, in order; the last is the bucket'),
});

const span = mapping({
  name: z.string(needs('text')).default('').describe('Name of spans without a span_name label'),
  ringbuf: text('the name of a ring buffer map').describe('The ring buffer map to read'),
  service: z.string(needs('text')).default('').describe('service.name of the spans'),
  labels: listOf(spanLabel, 'labels').default([]).describe('The fields of a record, in order'),
});

const cgroupIdMap = mapping({
  name: text('the name of a map').describe('The BPF map to fill'),
  type: oneOf(['hash', 'cgrp_storage']).default('hash').describe('Type of the map'),
  regexps: regexps.describe('Patterns in RE2 syntax; cgroups whose path matches one are in the map'),
});

export const fileSchema = mapping({
  name: z.unknown().optional().describe('Accepted, and ignored'),
  metrics: mapping({
    counters: listOf(counter, 'counters').default([]),
    histograms: listOf(histogram, 'histograms').default([]),
  }).optional(),
  tracing: mapping({ spans: listOf(span, 'spans').default([]) }).optional(),
  kaddrs: listOf(
    matching(/^[A-Za-z_][A-Za-z0-9_]*$/, 'a kernel symbol that is a C identifier'),
    'kernel symbols',
  )
    .default([])
    .describe('Kernel symbols whose addresses go to the variables kaddr_SYMBOL of the program'),
  cgroup_id_map: cgroupIdMap.optional().describe('A map to fill with the ids of cgroups'),
});

export type CheckedFile = z.output<typeof fileSchema>;
