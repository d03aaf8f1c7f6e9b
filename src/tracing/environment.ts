/** The environment variables of OpenTelemetry that are ours to read; the exporters read `OTEL_EXPORTER_*` themselves. */
export type TracingSettings = {
  /** OTEL_SDK_DISABLED, or OTEL_TRACES_EXPORTER=none. */
  readonly enabled: boolean;
  /** The environment asks for traces, whatever the configs say. */
  readonly wanted: boolean;
  readonly exporter: 'otlp' | 'console';
  readonly protocol: 'http/protobuf' | 'http/json' | 'grpc';
  readonly sampler: SamplerSettings;
  readonly resource: ReadonlyMap<string, string>;
  readonly batch: BatchSettings;
  readonly limits: SpanLimits;
};

export type SamplerSettings = {
  readonly root: 'always_on' | 'always_off' | 'traceidratio';
  readonly ratio: number;
  /** A span with a parent follows it. */
  readonly parentBased: boolean;
};

export type BatchSettings = {
  readonly maxQueueSize: number;
  readonly maxExportBatchSize: number;
  readonly scheduleDelayMs: number;
  readonly exportTimeoutMs: number;
};

export type SpanLimits = { readonly attributes: number; readonly valueLength: number };

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the variables of https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/. A value that
 * cannot be used is told to `warn` and counts as not set, as the specification asks.
 */
export function readTracingSettings(env: Environment, warn: (message: string) => void): TracingSettings {
  const read = reader(env, warn);
  const exporter = read.oneOf('OTEL_TRACES_EXPORTER', ['otlp', 'console', 'none'], 'otlp');
  const protocols = ['http/protobuf', 'http/json', 'grpc'] as const;
  const protocol = read.oneOf('OTEL_EXPORTER_OTLP_PROTOCOL', protocols, 'http/protobuf');
  const maxQueueSize = read.whole('OTEL_BSP_MAX_QUEUE_SIZE', 2048, 1);
  return {
    enabled: !read.flag('OTEL_SDK_DISABLED') && exporter !== 'none',
    wanted: [
      'OTEL_TRACES_EXPORTER',
      'OTEL_EXPORTER_OTLP_ENDPOINT',
      'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
    ].some((name) => read.text(name) !== undefined),
    exporter: exporter === 'none' ? 'otlp' : exporter,
    protocol: read.oneOf('OTEL_EXPORTER_OTLP_TRACES_PROTOCOL', protocols, protocol),
    sampler: samplerSettings(read),
    resource: resourceAttributes(read, warn),
    batch: {
      maxQueueSize,
      maxExportBatchSize: Math.min(read.whole('OTEL_BSP_MAX_EXPORT_BATCH_SIZE', 512, 1), maxQueueSize),
      scheduleDelayMs: read.whole('OTEL_BSP_SCHEDULE_DELAY', 5000, 0),
      exportTimeoutMs: read.whole('OTEL_BSP_EXPORT_TIMEOUT', 30_000, 1),
    },
    limits: {
      attributes: read.whole(
        'OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT',
        read.whole('OTEL_ATTRIBUTE_COUNT_LIMIT', 128, 0),
        0,
      ),
      valueLength: read.whole(
        'OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT',
        read.whole('OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT', Number.POSITIVE_INFINITY, 0),
        0,
      ),
    },
  };
}

function samplerSettings(read: Reader): SamplerSettings {
  const roots = ['always_on', 'always_off', 'traceidratio'] as const;
  const names = [...roots, ...roots.map((root) => `parentbased_${root}` as const)];
  const name = read.oneOf('OTEL_TRACES_SAMPLER', names, 'always_on');
  const root = roots.find((one) => name.endsWith(one)) ?? 'always_on';
  return {
    root,
    ratio: root === 'traceidratio' ? read.ratio('OTEL_TRACES_SAMPLER_ARG', 1) : 1,
    parentBased: name.startsWith('parentbased_'),
  };
}

function resourceAttributes(read: Reader, warn: (message: string) => void): Map<string, string> {
  const attributes = new Map<string, string>();
  const text = read.text('OTEL_RESOURCE_ATTRIBUTES') ?? '';
  try {
    for (const pair of text.split(',').filter((part) => part.trim() !== '')) {
      const at = pair.indexOf('=');
      if (at < 1) throw new URIError(`"${pair}" is not KEY=VALUE`);
      attributes.set(
        decodeURIComponent(pair.slice(0, at).trim()),
        decodeURIComponent(pair.slice(at + 1).trim()),
      );
    }
  } catch (error) {
    warn(`OTEL_RESOURCE_ATTRIBUTES is not used: ${(error as Error).message}`); // all of it, says the specification
    attributes.clear();
  }
  const service = read.text('OTEL_SERVICE_NAME');
  if (service !== undefined) attributes.set('service.name', service);
  return attributes;
}

type Reader = ReturnType<typeof reader>;

function reader(env: Environment, warn: (message: string) => void) {
  const text = (name: string): string | undefined => env[name]?.trim() || undefined;
  const unusable = <T>(name: string, needed: string, fallback: T): T => {
    warn(`${name}="${text(name)}" is not used: ${needed} is needed`);
    return fallback;
  };
  const number = (
    name: string,
    fallback: number,
    needed: string,
    fits: (value: number) => boolean,
  ): number => {
    const given = text(name);
    if (given === undefined) return fallback;
    const value = Number(given);
    return fits(value) ? value : unusable(name, needed, fallback);
  };
  return {
    text,
    flag: (name: string): boolean => text(name)?.toLowerCase() === 'true',
    oneOf<T extends string>(name: string, values: readonly T[], fallback: T): T {
      const given = text(name);
      if (given === undefined) return fallback;
      const found = values.find((value) => value === given);
      return found ?? unusable(name, `one of ${values.join(', ')}`, fallback);
    },
    whole: (name: string, fallback: number, least: number): number =>
      number(
        name,
        fallback,
        `a whole number, ${least} or more,`,
        (value) => Number.isInteger(value) && value >= least,
      ),
    ratio: (name: string, fallback: number): number =>
      number(name, fallback, 'a number from 0 to 1', (value) => value >= 0 && value <= 1),
  };
}
