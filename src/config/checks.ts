import { allMetricKinds } from './metric-kinds.ts';
import type { Finding } from './problem.ts';
import { child, found, type Item, isBlank, isObject, items } from './tree.ts';

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
    ...checkCgroupIdMap(child(root, 'cgroup_id_map')),
  ];
}

function checkContent({ metrics, tracing }: Item['value']): Finding[] {
  if (!isBlank(metrics) || !isBlank(tracing)) return [];
  return found(
    [],
    'nothing to export; metrics with counters or histograms, or tracing with spans, are needed',
  );
}

function checkDecoders(label: Item): Finding[] {
  return items(label, 'decoders').flatMap(({ value, path }) => {
    if (value.name !== 'regexp' || !isBlank(value.regexps)) return [];
    const message = 'regexp has no "regexps" and skips everything; one or more are needed';
    return found(path, message, { warning: 'always' });
  });
}

function checkCgroupIdMap({ value, path }: Item): Finding[] {
  if (value.name === undefined || !isBlank(value.regexps)) return [];
  const message = '"cgroup_id_map" has no "regexps" and stays empty; one or more are needed';
  return found(path, message, { warning: 'always' });
}
