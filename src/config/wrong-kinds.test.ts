import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { jsonSchema } from './json-schema-testing.ts';
import { parseFile } from './parse-file.ts';
import { formatProblem } from './problem.ts';

/** Every key with every kind of value that is not its own: each is a problem at its place, and hides no other. */

type Schema = {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly additionalProperties?: Schema | boolean;
  /** The first is the mapping that may be written shorter. */
  readonly anyOf?: readonly Schema[];
};

const ofCgroups = { hierarchy: 'memory', merge_unknown: true, field: 'pod' };
const decoder = {
  name: 'static_map',
  static_map: { 1: 'a' },
  allow_unknown: true,
  regexps: ['a'],
  ...ofCgroups,
};
const labels = [{ name: 'a', size: 1, padding: 0, decoders: [decoder] }];
const common = { name: 'a', help: 'h', labels };
const fields = {
  map: 'm',
  value: 'v',
  max_series: 3,
  labels: [{ name: 'a', field: 'f', decoders: [decoder] }],
};
const buckets = { bucket_type: 'exp2', bucket_min: 0, bucket_max: 1, bucket_multiplier: 1, bucket_keys: [1] };
const ofRecords = {
  perf_event_array: true,
  max_keys: 5,
  value: 'v',
  buckets: [1, 2.5],
  labels: [{ name: 'v', size: 1, decoders: ['uint'] }],
};
/** A file with every key. */
const everything = {
  name: 'a',
  metrics: {
    counters: [
      { ...common, perf_event_array: true, flush_interval: '1h' },
      { ...common, name: 'c', ringbuf: 'r', max_keys: 5 },
      { ...common, name: 'e', ...fields, map: 'e', multiplier: 2 },
    ],
    gauges: [
      { ...common, name: 'g', max_series: 3, multiplier: 2, aggregate: 'max' },
      { ...common, name: 'i', ...fields, window: { every: '1m', take: 'max' } },
    ],
    histograms: [
      { ...common, name: 'b', ...buckets, ringbuf: 'r', flush_interval: '1h' },
      { ...common, name: 'd', ...fields, map: 'd', bucket_type: 'exp2', multiplier: 2, sum: 's' },
      { ...common, name: 'h', ...ofRecords },
    ],
  },
  tracing: { spans: [{ name: 'a', ringbuf: 'r', service: 's', labels: [{ ...labels[0], type: 'int' }] }] },
  kaddrs: ['a'],
  maps: { m: { max_entries: 1, pages: 1, expire_after: '10m' } },
  variables: { v: 'a' },
  cgroup_id_map: { name: 'm', type: 'hash', regexps: ['a'] },
};

const kinds: Readonly<Record<string, readonly string[]>> = {
  scalar: ['text', '1', '-1', '1.5', 'true', '"1"', "''", '0x800', '1e999', '.nan', '2026-01-01', '!!int 1'],
  list: ['[]', '[1]', '[[]]', '[{}]', '[text]'],
  mapping: [
    '{}',
    '{a: 1}',
    '{a: {}}',
    '{a: []}',
    '{__proto__: 1}',
    '{toString: 1}',
    '{[a]: 1}',
    '{valueOf: {}}',
  ],
};

/** What is of another kind than a schema of the type wants. A number or a boolean may stand where text is wanted. */
function wrongFor(type: string | undefined): readonly string[] {
  const { scalar = [], list = [], mapping = [] } = kinds;
  if (type === 'array') return [...scalar, ...mapping];
  if (type === 'object') return [...scalar, ...list];
  if (type === 'integer' || type === 'number')
    return ['text', 'true', '"1"', '-1', '.nan', ...list, ...mapping];
  if (type === 'boolean') return ['text', '1', '0x800', ...list, ...mapping];
  return [...list, ...mapping];
}

type Place = { readonly path: readonly (string | number)[]; readonly schema: Schema };

/** Every value of the file, with its schema. */
function places(value: unknown, given: Schema, path: Place['path'] = []): Place[] {
  const schema = given.anyOf?.[0] ?? given;
  const parts = Array.isArray(value)
    ? [...value.entries()].map(([i, item]) => [i, item, schema.items] as const)
    : typeof value === 'object' && value !== null
      ? Object.entries(value).map(([key, item]) => [key, item, partOf(schema, key)] as const)
      : [];
  const inner = parts.flatMap(([key, item, part]) => (part ? places(item, part, [...path, key]) : []));
  return [{ path, schema }, ...inner];
}

function partOf({ properties, additionalProperties }: Schema, key: string): Schema | undefined {
  if (typeof additionalProperties === 'object') return additionalProperties;
  return properties?.[key];
}

/** The file as flow YAML, one value a line, with another value at a path. */
function written(value: unknown, path: Place['path'], other: string): string {
  if (path.length === 0) return `\n${other}`;
  const [at, ...rest] = path;
  const part = (key: string | number, item: unknown): string =>
    key === at || String(key) === at ? written(item, rest, other) : JSON.stringify(item);
  return Array.isArray(value)
    ? `[${value.map((item, i) => part(i, item)).join(', ')}]`
    : `{${Object.entries(value as object).map(([key, item]) => `${JSON.stringify(key)}: ${part(key, item)}`)}}`;
}

const schema = jsonSchema() as Schema;
const every = places(everything, schema).filter(
  // A variable may be almost anything.
  ({ path }) => path.length > 0 && path[0] !== 'name' && !(path[0] === 'variables' && path.length > 1),
);

test('the file of this test has every key', () => {
  const seen = new Set(every.map(({ path }) => path.filter((step) => typeof step === 'string').join('.')));
  const keysOf = (part: Schema, path: string[] = []): string[] => [
    ...(part.anyOf?.[0] ? keysOf(part.anyOf[0], path) : []),
    ...(part.items ? keysOf(part.items, path) : []),
    ...Object.entries(part.properties ?? {}).flatMap(([key, inner]) => [
      [...path, key].join('.'),
      ...keysOf(inner, [...path, key]),
    ]),
  ];
  assert.deepEqual(
    keysOf(schema).filter((key) => key !== 'name' && !seen.has(key)),
    [],
  );
  const { problems } = parseFile('test', 'test.yaml', JSON.stringify(everything));
  assert.deepEqual(problems.map(formatProblem), []);
});

describe('a value of another kind is a problem at its place, beside the others:', () => {
  for (const { path, schema } of every) {
    test(path.join('.'), () => {
      for (const value of wrongFor(schema.type)) {
        // Another problem on the first line, under a key that is not there otherwise.
        const text = written(everything, path, value).replace(
          '{',
          '{cgroup_id_map_: &u [], "metrics_": *no, ',
        );
        const { problems, config } = parseFile('test', 'test.yaml', text);
        const lines = problems.map(formatProblem);
        assert.equal(config, undefined, text);
        assert.ok(
          lines.some((line) => line.startsWith('test.yaml:1:')),
          `${text}\n${lines.join('\n')}`,
        );
        assert.ok(
          lines.some((line) => /^test\.yaml:2:\d+: /.test(line)),
          `${text}\n${lines.join('\n')}`,
        );
        assert.doesNotMatch(lines.join('\n'), /\[object|undefined|NaN of/);
      }
    });
  }
});
