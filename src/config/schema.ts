import * as v from 'valibot';
import { messageOf } from '../errors.ts';
import { durationPattern } from './duration.ts';
import { didYouMean } from './nearest.ts';
import { compileRe2 } from './re2.ts';
import { bucketTypes, decoderNames } from './spec.ts';

/*
 * The shape of a configuration file: the one description that checks files, tells the reader which type each
 * scalar has, and becomes docs/config.schema.json for editors. Each schema's message is the second half of ours:
 * what is needed.
 */

const needed = (what: string): string => `${what} is needed`;
const about = v.description;

const text = (what: string) => v.pipe(v.string(needed(what)), v.minLength(1, needed(what)));
const matching = (pattern: RegExp, what: string) =>
  v.pipe(v.string(needed(what)), v.regex(pattern, needed(what)));
const listOf = <T extends v.GenericSchema>(item: T, what: string) =>
  v.array(item, needed(`a list of ${what}`));

function whole(least: number) {
  const message = needed(`a whole number, ${least} or more,`);
  return v.pipe(
    v.number(message),
    v.integer(message),
    v.minValue(least, message),
    v.maxValue(Number.MAX_SAFE_INTEGER, message),
  );
}

function oneOf<const T extends readonly string[]>(values: T) {
  const message = needed(`one of ${values.join(', ')}`);
  return v.picklist(values, ({ input }) =>
    typeof input === 'string' ? `${didYouMean(input, values)}; ${message}` : message,
  );
}

function mapping<T extends v.ObjectEntries>(entries: T) {
  const message = needed(`a mapping of ${Object.keys(entries).join(', ')}`);
  const schema = v.strictObject(entries, (issue) =>
    issue.input === undefined ? messageFor(entries[String(issue.path?.[0].key)], issue) : message,
  );
  const refusal = v.never(message);
  // On its own, valibot takes a list for a mapping.
  const run: v.GenericSchema['~run'] = (dataset, config) =>
    (Array.isArray(dataset.value) ? refusal : schema)['~run'](dataset, config);
  return { ...schema, '~run': run as (typeof schema)['~run'] };
}

/** What an entry that is absent says is needed. */
function messageFor(entry: object | undefined, issue: v.BaseIssue<unknown>): string {
  const message = entry !== undefined && 'message' in entry ? entry.message : undefined;
  return String(typeof message === 'function' ? message(issue) : message);
}

const flag = v.optional(v.boolean(needed('true or false')), false);

const regexp = v.pipe(
  v.string(needed('a regular expression')),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    try {
      compileRe2(dataset.value);
    } catch (error) {
      const reason = messageOf(error).replace(/^error parsing regexp: /, '');
      addIssue({ message: `bad regexp ${JSON.stringify(dataset.value)}: ${reason}; RE2 syntax is needed` });
    }
  }),
);
const regexps = v.optional(listOf(regexp, 'regular expressions'), []);

const decoder = mapping({
  name: v.pipe(
    oneOf(decoderNames),
    about('What turns the bytes, or the text of the decoder before, into text'),
  ),
  static_map: v.pipe(
    v.optional(v.map(v.string(), v.string(needed('text')), needed('a mapping of texts to texts'))),
    about('static_map: what each text becomes'),
  ),
  allow_unknown: v.pipe(flag, about('static_map: leave a text that is not in the map as it is')),
  regexps: v.pipe(regexps, about('regexp: patterns in RE2 syntax; the first that matches decides')),
});

const someDecoders = 'one or more decoders';
const decoders = v.pipe(
  listOf(decoder, someDecoders),
  v.minLength(1, needed(`a list of ${someDecoders}`)),
  about('Applied from first to last'),
);

const label = <T extends v.GenericSchema<string>>(name: T) =>
  mapping({
    name,
    size: v.pipe(whole(1), about('Bytes that this label takes from the key')),
    padding: v.pipe(v.optional(whole(0), 0), about('Bytes skipped after this label')),
    decoders,
  });

const metricLabel = label(
  matching(
    /^(?!__)[A-Za-z_][A-Za-z0-9_]*$/,
    'a label name of letters, digits and _ that starts with no digit or __',
  ),
);
const spanLabel = label(text('a label name'));

const metric = {
  name: v.pipe(
    matching(/^[A-Za-z0-9_:]+$/, 'a metric name of letters, digits, _ and :'),
    about('The BPF map to read; the metric is named ebpf_exporter_ and this'),
  ),
  help: v.pipe(text('help text'), about('Help text of the metric')),
};

const counter = mapping({
  ...metric,
  perf_event_array: v.pipe(flag, about('The map is a perf event array; count its events')),
  flush_interval: v.pipe(
    v.optional(matching(durationPattern, 'a duration such as 300ms, 30s, 5m or 1h30m'), '1h'),
    about('How often the counts of a perf event array are cleared'),
  ),
  labels: v.pipe(v.optional(listOf(metricLabel, 'labels'), []), about('The fields of the map key, in order')),
});

const numbers = needed('a number, 0 or more,');
const bucketLabels = 'labels, the last for the bucket,';

const histogram = mapping({
  ...metric,
  bucket_type: v.pipe(oneOf(bucketTypes), about('How a bucket key becomes an upper bound')),
  bucket_min: v.pipe(v.optional(whole(0), 0), about('First bucket key')),
  bucket_max: v.pipe(v.optional(whole(0), 0), about('Last bucket key')),
  bucket_multiplier: v.pipe(
    v.optional(v.pipe(v.number(numbers), v.finite(numbers), v.minValue(0, numbers)), 1),
    about('Factor of every bound and of the sum'),
  ),
  bucket_keys: v.pipe(
    v.optional(listOf(whole(0), 'whole numbers'), []),
    about('fixed: the bucket keys, in rising order'),
  ),
  labels: v.pipe(
    listOf(metricLabel, bucketLabels),
    v.minLength(1, needed(`a list of ${bucketLabels}`)),
    about('The fields of the map key, in order; the last is the bucket'),
  ),
});

const freeText = v.optional(v.string(needed('text')), '');

const span = mapping({
  name: v.pipe(freeText, about('Name of spans without a span_name label')),
  ringbuf: v.pipe(text('the name of a ring buffer map'), about('The ring buffer map to read')),
  service: v.pipe(freeText, about('service.name of the spans')),
  labels: v.pipe(v.optional(listOf(spanLabel, 'labels'), []), about('The fields of a record, in order')),
});

const cgroupIdMap = mapping({
  name: v.pipe(text('the name of a map'), about('The BPF map to fill')),
  type: v.pipe(v.optional(oneOf(['hash', 'cgrp_storage']), 'hash'), about('Type of the map')),
  regexps: v.pipe(regexps, about('Patterns in RE2 syntax; cgroups whose path matches one are in the map')),
});

export const fileSchema = mapping({
  name: v.pipe(v.optional(v.unknown()), about('Accepted, and ignored')),
  metrics: v.optional(
    mapping({
      counters: v.optional(listOf(counter, 'counters'), []),
      histograms: v.optional(listOf(histogram, 'histograms'), []),
    }),
  ),
  tracing: v.optional(mapping({ spans: v.optional(listOf(span, 'spans'), []) })),
  kaddrs: v.pipe(
    v.optional(
      listOf(
        matching(/^[A-Za-z_][A-Za-z0-9_]*$/, 'a kernel symbol that is a C identifier'),
        'kernel symbols',
      ),
      [],
    ),
    about('Kernel symbols whose addresses go to the variables kaddr_SYMBOL of the program'),
  ),
  cgroup_id_map: v.pipe(v.optional(cgroupIdMap), about('A map to fill with the ids of cgroups')),
});

export type CheckedFile = v.InferOutput<typeof fileSchema>;
