import { encodeVariable } from '../bpf/encode-variable.ts';
import { mapTypeName, mapTypes } from '../bpf/map-types.ts';
import { metricKinds } from '../config/metric-kinds.ts';
import type { ParsedFile } from '../config/parse-file.ts';
import type { Path, Problem } from '../config/problem.ts';
import type { Config, MetricSpec } from '../config/spec.ts';
import { ExporterError } from '../errors.ts';
import { type Layout, layoutOfMap } from '../layout/map-layout.ts';
import { layoutOfRecords, type RecordLayout } from '../layout/record-layout.ts';
import { checkCgroupIdMap } from '../load/check-cgroup-id-map.ts';
import { checkMapSettings } from '../load/check-map-settings.ts';
import { checkExpires } from '../serve/expire-entries.ts';
import { findMap } from '../serve/map-source.ts';
import type { Kernel } from './kernel.ts';
import type { ObjectFile } from './object-file.ts';
import type { ObjectMap } from './object-maps.ts';

/** A config whose file is sound, with the file. */
export type ReadConfig = { readonly config: Config; readonly file: ParsedFile };

/** What a config says of an object, and where the labels of its metrics lie. */
export type HeldConfig = {
  readonly problems: readonly Problem[];
  readonly layouts: readonly PlacedMetric[];
};

export type PlacedMetric = {
  readonly spec: MetricSpec;
  readonly map: ObjectMap;
  readonly layout: Layout | RecordLayout;
};

/** Holds a config against its object. */
export function holdConfig(
  { config, file }: ReadConfig,
  object: ObjectFile,
  maps: readonly ObjectMap[],
  kernel: Kernel,
): HeldConfig {
  const problems: Problem[] = [];
  const layouts: PlacedMetric[] = [];
  const attempt = (at: Path, step: () => void): void => {
    try {
      step();
    } catch (thrown) {
      if (!(thrown instanceof ExporterError)) throw thrown;
      problems.push(file.problemAt(at, thrown.message));
    }
  };
  const refuse = (at: Path, message: string): void => void problems.push(file.problemAt(at, message));

  for (const spec of config.metrics) {
    attempt(placeOf(file.tree, spec), () => {
      const map = findMap(maps, spec.map, object.path);
      const layout =
        spec.records === undefined ? layoutOfMap(spec, map) : layoutOfRecords(spec, spec.records, map);
      const expires = config.maps.get(map.name)?.expireAfterMs !== undefined;
      if (expires && spec.records === undefined) checkExpires(map);
      layouts.push({ spec, map, layout });
    });
  }
  for (const [i, { ringbuf }] of config.spans.entries()) {
    const at = ['tracing', 'spans', i, 'ringbuf'];
    attempt(at, () => {
      const { type } = findMap(maps, ringbuf, object.path);
      if (type !== mapTypes.ringbuf) {
        refuse(at, `Cannot read map "${ringbuf}" as ring buffer: it is of type ${mapTypeName(type)}`);
      }
    });
  }
  for (const [name, settings] of config.maps) {
    attempt(['maps', name], () => checkMapSettings(new Map([[name, settings]]), maps, object.path));
  }
  const { cgroupIdMap } = config;
  if (cgroupIdMap !== undefined) {
    attempt(['cgroup_id_map', 'name'], () => checkCgroupIdMap(cgroupIdMap, maps, object.path));
  }
  for (const [name, value] of config.variables) {
    const message = variableProblem(object, name, value);
    if (message !== undefined) refuse(['variables', name], message);
  }
  for (const [i, symbol] of config.kaddrs.entries()) {
    const message = addressProblem(object, symbol, kernel);
    if (message !== undefined) refuse(['kaddrs', i], message);
  }
  return { problems, layouts };
}

/** Where a metric stands in its file. */
function placeOf(tree: unknown, { kind, name }: MetricSpec): Path {
  const { list } = metricKinds[kind];
  const metrics = (tree as { metrics?: Record<string, readonly { name?: unknown }[] | undefined> }).metrics?.[
    list
  ];
  return ['metrics', list, metrics?.findIndex((metric) => metric.name === name) ?? 0, 'name'];
}

function variableProblem(
  { btf, path }: ObjectFile,
  name: string,
  value: Parameters<typeof encodeVariable>[1],
): string | undefined {
  const variable = btf?.shapes.variable(name);
  if (variable === undefined) {
    return `${path} has no global variable "${name}"; "const volatile" keeps one where it can be found`;
  }
  const bytes = encodeVariable(variable.type, value);
  return typeof bytes === 'string'
    ? `variable "${name}" of ${path} does not take this; ${bytes} is needed`
    : undefined;
}

function addressProblem({ btf, path }: ObjectFile, symbol: string, kernel: Kernel): string | undefined {
  const variable = btf?.shapes.variable(`kaddr_${symbol}`);
  if (variable?.size !== 8) {
    const present =
      variable === undefined ? `has no variable kaddr_${symbol}` : `has ${variable.size} bytes for it`;
    return `${path} ${present}; "const volatile u64 kaddr_${symbol}" is needed`;
  }
  if (kernel.hasSymbol(symbol) !== false) return undefined;
  return `${kernel.it} has no symbol ${symbol}; another name, or another kernel, is needed`;
}
