import type { Finding, Path } from './problem.ts';

/*
 * What the schema cannot say: how the values of a file go together. These look at the tree as it was read, so that
 * they find their problems even when other values are missing or wrong; those are the schema's to report.
 */

type Item = { readonly value: Readonly<Record<string, unknown>>; readonly path: Path };

export type Metric = Item & { readonly kind: 'counter' | 'histogram' };

const maxBuckets = 1_000_000;

export function checkTree(tree: unknown): Finding[] {
  if (!isObject(tree)) return [];
  const root: Item = { value: tree, path: [] };
  const metrics = metricsOf(tree);
  const spans = items(child(root, 'tracing'), 'spans');
  return [
    ...checkContent(tree),
    ...metrics.flatMap((metric) => [...checkBuckets(metric), ...checkLabelNames(metric)]),
    ...[...metrics, ...spans].flatMap((item) => items(item, 'labels')).flatMap(checkDecoders),
    ...checkCgroupIdMap(child(root, 'cgroup_id_map')),
  ];
}

/** Every counter and histogram, in the order of the schema. */
export function metricsOf(tree: unknown): Metric[] {
  const metrics = child({ value: isObject(tree) ? tree : {}, path: [] }, 'metrics');
  return [
    ...items(metrics, 'counters').map((item) => ({ kind: 'counter', ...item }) as const),
    ...items(metrics, 'histograms').map((item) => ({ kind: 'histogram', ...item }) as const),
  ];
}

function checkContent({ metrics, tracing }: Item['value']): Finding[] {
  if (!isBlank(metrics) || !isBlank(tracing)) return [];
  return found(
    [],
    'nothing to export; metrics with counters or histograms, or tracing with spans, are needed',
  );
}

function checkBuckets({ kind, value, path }: Metric): Finding[] {
  if (kind === 'counter') return [];
  const type = value.bucket_type;
  if (type === 'fixed') return checkFixedBuckets(value.bucket_keys ?? [], path);
  const min = Number(value.bucket_min ?? 0);
  const max = Number(value.bucket_max ?? 0);
  const at = [...path, 'bucket_max'];
  if (max < min)
    return found(at, `bucket_max ${max} is below bucket_min ${min}; bucket_min or more is needed`);
  if (max - min >= maxBuckets)
    return found(at, `${max - min + 1} buckets; ${maxBuckets} or fewer are needed`);
  if (String(type).startsWith('exp') && max > 1023) {
    return found(at, `bucket_max ${max} has an infinite bound; 64 is enough for any value`);
  }
  return [];
}

function checkFixedBuckets(keys: unknown, path: Path): Finding[] {
  if (!Array.isArray(keys)) return [];
  if (keys.length === 0) return found(path, 'fixed histogram has no "bucket_keys"; one or more are needed');
  if (!keys.some((key, i) => key <= keys[i - 1])) return [];
  const message = '"bucket_keys" do not rise; buckets add up in this order, so rising keys are needed';
  return found([...path, 'bucket_keys'], message, { warning: 'always' });
}

function checkLabelNames(metric: Metric): Finding[] {
  const labels = items(metric, 'labels');
  const served = metric.kind === 'histogram' ? labels.slice(0, -1) : labels;
  const names = served.map(({ value }) => value.name);
  return served.flatMap(({ value: { name }, path }, i) => {
    const at = [...path, 'name'];
    if (metric.kind === 'histogram' && name === 'le') {
      return found(at, 'label "le" is not the last of the histogram; only the bucket may have that name');
    }
    if (name === undefined || names.indexOf(name) === i) return [];
    return found(at, `label "${name}" is in the ${metric.kind} twice; each name once is needed`);
  });
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

function found(at: Path, message: string, options: Pick<Finding, 'warning'> = {}): Finding[] {
  return [{ at, message, ...options }];
}

/** Nothing, or an empty list, or a mapping of only such. */
function isBlank(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return value === undefined || (isObject(value) && Object.values(value).every(isBlank));
}

function child({ value, path }: Item, key: string): Item {
  const found = value[key];
  return { value: isObject(found) ? found : {}, path: [...path, key] };
}

function items({ value, path }: Item, key: string): Item[] {
  const list: unknown = value[key];
  if (!Array.isArray(list)) return [];
  return list.flatMap((item, i) => (isObject(item) ? [{ value: item, path: [...path, key, i] }] : []));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
