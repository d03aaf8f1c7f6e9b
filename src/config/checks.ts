import { checkTotal } from './bucket-checks.ts';
import { allMetricKinds, metricKinds } from './metric-kinds.ts';
import type { Finding } from './problem.ts';
import { containerFields } from './spec.ts';
import { child, found, type Item, isBlank, isObject, items, textOf, withoutEffect } from './tree.ts';
import { checkWindows } from './window-settings.ts';
import type { YamlNode } from './yaml-node.ts';

/*
 * What the schema cannot say: how the values of a file go together. These look at the tree as it was read, so that
 * they find their problems even when other values are missing or wrong; those are the schema's to report.
 */

export function checkTree(tree: unknown): Finding[] {
  if (!isObject(tree)) return [];
  const root: Item = { value: tree, path: [] };
  const metrics = child(root, 'metrics');
  const spans = items(child(root, 'tracing'), 'spans');
  return [
    ...checkContent(tree),
    ...allMetricKinds.flatMap(({ list, check }) => items(metrics, list).flatMap(check)),
    ...[...allMetricKinds.flatMap(({ list }) => items(metrics, list)), ...spans]
      .flatMap((item) => items(item, 'labels'))
      .flatMap(checkDecoders),
    ...spans.flatMap((span) => items(span, 'labels')).flatMap(checkType),
    ...checkTotal(items(metrics, metricKinds.histogram.list)),
    ...checkWindows(
      items(metrics, metricKinds.gauge.list),
      [metricKinds.counter, metricKinds.histogram].flatMap(({ list }) => items(metrics, list)),
      root,
    ),
    ...checkCgroupIdMap(child(root, 'cgroup_id_map')),
  ];
}

/** A file of version 1, which says `programs` at its top and there the source to compile. */
export function recognizeVersion1(root: YamlNode): Finding | undefined {
  const programs = root.kind === 'mapping' ? root.entries.get('programs') : undefined;
  if (programs?.value.kind !== 'list') return undefined;
  const message =
    'a configuration of version 1, whose "programs" were compiled at start; one of version 2, with "metrics" beside a compiled NAME.bpf.o, is needed';
  return { at: programs.keyAt, message };
}

function checkContent({ metrics, tracing }: Item['value']): Finding[] {
  if (!isBlank(metrics) || !isBlank(tracing)) return [];
  return found(
    [],
    'nothing to export; metrics with counters, gauges or histograms, or tracing with spans, are needed',
  );
}

/** Labels of spans that become something other than an attribute. */
const spanFields = [
  'trace_id', 'span_id', 'parent_span_id', 'span_monotonic_timestamp_ns', 'span_duration_ns', 'span_name',
  'trace_flags', 'span_status', 'span_kind',
]; // biome-ignore format: a list

function checkType(label: Item): Finding[] {
  return spanFields.includes(textOf(label, 'name') ?? '')
    ? withoutEffect(label, ['type'], 'another name, of an attribute,')
    : [];
}

/** The settings that one decoder alone has. */
const decoderSettings = {
  static_map: ['static_map', 'allow_unknown'],
  regexp: ['regexps'],
  cgroup: ['hierarchy', 'merge_unknown'],
  container: ['field'],
};

function checkDecoders(label: Item): Finding[] {
  return items(label, 'decoders').flatMap((decoder) => {
    const name = textOf(decoder, 'name');
    const idle = Object.entries(decoderSettings)
      .filter(([owner]) => name !== undefined && owner !== name)
      .flatMap(([owner, keys]) => withoutEffect(decoder, keys, `the decoder ${owner}`));
    return [...idle, ...checkNeeded(name, decoder)];
  });
}

/** Settings without which a decoder makes no sense. */
function checkNeeded(name: string | undefined, { value, path }: Item): Finding[] {
  if (name === 'regexp' && isBlank(value.regexps)) {
    const message = 'regexp has no "regexps" and skips everything; one or more are needed';
    return found(path, message, { warning: 'always' });
  }
  if (name === 'container' && isBlank(value.field)) {
    return found(path, `container has no "field"; one of ${containerFields.join(', ')} is needed`);
  }
  return [];
}

function checkCgroupIdMap({ value, path }: Item): Finding[] {
  if (value.name === undefined || !isBlank(value.regexps)) return [];
  const message = '"cgroup_id_map" has no "regexps" and stays empty; one or more are needed';
  return found(path, message, { warning: 'always' });
}
