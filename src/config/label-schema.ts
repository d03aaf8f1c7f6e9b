import * as v from 'valibot';
import {
  about,
  flag,
  listOf,
  mapping,
  matching,
  needed,
  oneOf,
  regexps,
  shorthand,
  text,
  whole,
} from './schema-parts.ts';
import {
  attributeTypes,
  containerFields,
  type DecoderSpec,
  decoderNames,
  type MetricLabelSpec,
  type SpanLabelSpec,
} from './spec.ts';

/** `sent.bytes`, `counts[3]` */
export const fieldPath: RegExp = /^[A-Za-z_]\w*(\.[A-Za-z_]\w*|\[\d+\])*$/;

const decoder = v.pipe(
  shorthand('name', {
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
    hierarchy: v.pipe(
      v.optional(text('the name of a hierarchy, such as memory,')),
      about('cgroup: whose ids these are; those that programs get unless given'),
    ),
    merge_unknown: v.pipe(
      v.optional(v.boolean(needed('true or false'))),
      about('cgroup: one label value for all ids without a name'),
    ),
    field: v.pipe(v.optional(oneOf(containerFields)), about('container: what to say of the container')),
  }),
  v.transform(
    ({
      static_map: staticMap,
      allow_unknown: allowUnknown,
      merge_unknown: mergeUnknown,
      ...same
    }): DecoderSpec => ({
      ...same,
      staticMap,
      allowUnknown,
      ...(mergeUnknown === undefined ? {} : { mergeUnknown }),
    }),
  ),
);

const someDecoders = 'one or more decoders';
const decoders = v.pipe(
  listOf(decoder, someDecoders),
  v.minLength(1, needed(`a list of ${someDecoders}`)),
  about('Applied from first to last'),
);

const size = v.pipe(whole(1), about('Bytes that this label takes from the key or record'));
const padding = v.pipe(v.optional(whole(0), 0), about('Bytes skipped after this label'));

export const metricLabel: v.GenericSchema<unknown, MetricLabelSpec> = v.pipe(
  mapping({
    name: matching(
      /^(?!__)[A-Za-z_][A-Za-z0-9_]*$/,
      'a label name of letters, digits and _ that starts with no digit or __',
    ),
    size: v.optional(size),
    padding,
    field: v.pipe(
      v.optional(matching(fieldPath, 'a field of the key, such as addr.daddr,')),
      about(
        'The field of the key, or of a gauge value.FIELD, in place of a size; that of the name of the label unless given',
      ),
    ),
    decoders: v.optional(decoders),
  }),
  v.transform(({ name, size, padding, field, decoders = [] }) =>
    size === undefined ? { name, field, decoders } : { name, size, padding, decoders },
  ),
);

export const spanLabel: v.GenericSchema<unknown, SpanLabelSpec> = mapping({
  name: text('a label name'),
  size,
  padding,
  decoders,
  type: v.pipe(v.optional(oneOf(attributeTypes)), about('Type of the attribute')),
});
