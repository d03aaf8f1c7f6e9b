import { hostname } from 'node:os';
import type { Config, SpanSpec } from '../config/spec.ts';
import { ExporterError } from '../errors.ts';
import type { System } from '../kernel/system.ts';
import { createConsoleExporter } from './console-exporter.ts';
import { readTracingSettings, type TracingSettings } from './environment.ts';
import { loadSdk } from './load-sdk.ts';
import { createOtlpGrpcExporter } from './otlp-grpc-exporter.ts';
import { createOtlpHttpExporter } from './otlp-http-exporter.ts';
import { type OwnSpan, writeOwnSpans } from './own-spans.ts';
import { RecordSpans } from './record-spans.ts';
import { createSampler, type Sampler } from './sampler.ts';
import type { SpanExporter } from './span-exporter.ts';
import { type DropReason, SpanQueue } from './span-queue.ts';
import { TraceBatchBuilder } from './trace-batch.ts';
import { type ClockReading, WallClock } from './wall-clock.ts';

export type TracingOptions = {
  readonly settings: TracingSettings;
  readonly version: string;
  readonly readClocks: () => ClockReading;
  /** Told of failures; may be rate-limited. */
  warn(message: string): void;
  /** In place of the exporter that the environment names. */
  readonly exporter?: SpanExporter;
};

/** What became of spans so far. */
export type TracingCounts = {
  readonly dropped: Readonly<Record<DropReason, number>>;
  readonly exportFailures: number;
  readonly queueLength: number;
};

/** Takes the records of one configured span; `RecordSink` of src/bpf is what it fits. */
export type SpanSink = {
  take(bytes: Buffer, offset: number, length: number): void;
  room(): number;
  /** Spans that were made of records, exported or not. */
  readonly spans: number;
};

const scopeName = 'ebpf_exporter';
const clockIntervalMs = 10_000;

/** Whether anything is to be traced; nothing of OpenTelemetry is loaded to find out. */
export function tracingSettings(
  configs: readonly Config[],
  env: Readonly<Record<string, string | undefined>>,
  warn: (message: string) => void,
): TracingSettings | undefined {
  const settings = readTracingSettings(env, warn);
  const wanted = settings.wanted || configs.some(({ spans }) => spans.length > 0);
  return settings.enabled && wanted ? settings : undefined;
}

/** Records and what we do ourselves, as spans, on their way out. Loads the SDK's exporter when it is made. */
export class Tracing {
  readonly #options: TracingOptions;
  readonly #queue: SpanQueue;
  readonly #sampler: Sampler;
  readonly #clock: WallClock;
  readonly #clockTimer: NodeJS.Timeout;
  readonly #waiting = new Set<() => void>();

  constructor(options: TracingOptions) {
    const { settings, version, warn } = options;
    this.#options = options;
    this.#sampler = createSampler(settings.sampler);
    this.#clock = new WallClock(options.readClocks);
    this.#clockTimer = setInterval(() => this.#clock.refresh(), clockIntervalMs).unref();
    this.#queue = new SpanQueue({
      settings: settings.batch,
      exporter: options.exporter ?? createExporter(settings, warn),
      builder: new TraceBatchBuilder({ name: scopeName, version }, (service) => resource(settings, service)),
      warn,
      onRoom: () => {
        for (const wake of this.#waiting) wake();
      },
    });
  }

  get counts(): TracingCounts {
    const { dropped, exportFailures, length } = this.#queue;
    return { dropped, exportFailures, queueLength: length };
  }

  /** Turns the records of a span's ring buffer into spans. `onError` gets what cannot be decoded, copied. */
  sink(
    config: string,
    spec: SpanSpec,
    { system, onError }: { system: System; onError(error: ExporterError, record: Buffer): void },
  ): SpanSink {
    const spans = new RecordSpans(spec, {
      config,
      system,
      sampler: this.#sampler,
      limits: this.#options.settings.limits,
      clock: this.#clock,
    });
    const queue = this.#queue;
    let made = 0;
    return {
      take(bytes, offset, length) {
        const writer = queue.writer(spec.service);
        if (writer === undefined) return;
        const start = writer.at;
        try {
          if (spans.write(writer, bytes, offset, length) === 'written') {
            made++;
            queue.added();
            return;
          }
        } catch (thrown) {
          if (!(thrown instanceof ExporterError)) throw thrown;
          onError(thrown, Buffer.from(bytes.subarray(offset, offset + length)));
        }
        writer.at = start;
      },
      room() {
        spans.begin();
        return queue.room;
      },
      get spans() {
        return made;
      },
    };
  }

  /** Calls whenever there is room again for those who had none, until `stop`. */
  onRoom(wake: () => void): { stop(): void } {
    this.#waiting.add(wake);
    return { stop: () => this.#waiting.delete(wake) };
  }

  /** Exports what this process did. */
  add(span: OwnSpan): void {
    const writer = this.#queue.writer('');
    if (writer === undefined) return;
    this.#queue.added(writeOwnSpans(writer, span));
  }

  /** No more records will come than are there: whatever comes now is taken, for `close` to send. */
  finish(): void {
    this.#queue.finish();
  }

  /** Sends what there is within the exporter's timeout. Can be called twice. */
  async close(): Promise<void> {
    clearInterval(this.#clockTimer);
    await this.#queue.close();
  }
}

/** The service of the span, else of the environment, else ours. */
function resource({ resource: given }: TracingSettings, service: string): Record<string, string> {
  return {
    'service.name': service || given.get('service.name') || 'ebpf_exporter',
    'host.name': hostname(),
    ...Object.fromEntries([...given].filter(([name]) => name !== 'service.name')),
  };
}

function createExporter(settings: TracingSettings, warn: (message: string) => void): SpanExporter {
  const part = settings.exporter === 'console' ? 'console' : settings.protocol === 'grpc' ? 'grpc' : 'http';
  passOnWarnings(part, warn);
  if (settings.exporter === 'console') return createConsoleExporter();
  return settings.protocol === 'grpc' ? createOtlpGrpcExporter() : createOtlpHttpExporter(settings.protocol);
}

/** The SDK says what it does not like in the environment, a certificate that is not there say, to a logger of its own. */
function passOnWarnings(part: 'http' | 'grpc' | 'console', warn: (message: string) => void): void {
  const { diag, DiagLogLevel } = loadSdk(part);
  const silent = (): void => {};
  const logger = { error: warn, warn, info: silent, debug: silent, verbose: silent };
  diag.setLogger(logger, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
}
