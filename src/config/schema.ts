import * as v from 'valibot';
import { spanLabel } from './label-schema.ts';
import { mapSettings, variables } from './map-settings.ts';
import { allMetricKinds } from './metric-kinds.ts';
import { about, listOf, mapping, matching, oneOf, regexps, text } from './schema-parts.ts';
import type { Config, MetricSpec, SpanSpec } from './spec.ts';

/*
 * The shape of a configuration file: the one description that checks files, tells the reader which type each
 * scalar has, makes the spec with every default filled in, and becomes docs/config.schema.json for editors.
 */

const metrics: v.GenericSchema<unknown, MetricSpec[]> = v.pipe(
  mapping(
    Object.fromEntries(
      allMetricKinds.map(({ list, schema }) => [list, v.optional(listOf(schema, list), [])]),
    ),
  ),
  v.transform((lists) => Object.values(lists).flat()),
);

const freeText = v.optional(v.string('text is needed'), '');

const span: v.GenericSchema<unknown, SpanSpec> = mapping({
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

/** Top-level keys where people keep YAML anchors. */
export const freeKeys: RegExp = /^x-/;

export const fileSchema: v.GenericSchema<unknown, Omit<Config, 'name' | 'file'>> = v.pipe(
  mapping(
    {
      name: v.pipe(v.optional(v.unknown()), about('Accepted, and ignored')),
      metrics: v.optional(metrics),
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
      maps: v.pipe(v.optional(mapSettings), about('Settings of maps, by their names')),
      variables: v.pipe(
        v.optional(variables),
        about('Values of global variables of the program, such as const volatile ones'),
      ),
      cgroup_id_map: v.pipe(v.optional(cgroupIdMap), about('A map to fill with the ids of cgroups')),
    },
    freeKeys,
  ),
  v.transform(({ metrics, tracing, kaddrs, cgroup_id_map: cgroupIdMap, maps, variables }) => ({
    metrics: metrics ?? [],
    spans: tracing?.spans ?? [],
    kaddrs,
    cgroupIdMap,
    maps: maps ?? new Map(),
    variables: variables ?? new Map(),
  })),
);
