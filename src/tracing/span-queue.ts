import type { BatchSettings } from './environment.ts';
import type { ProtobufWriter } from './protobuf-writer.ts';
import type { ExportResult, SpanExporter } from './span-exporter.ts';
import type { TraceBatch, TraceBatchBuilder } from './trace-batch.ts';

/** Why spans were not delivered. */
export const dropReasons = ['queue_full', 'export_failed', 'rejected', 'shutdown'] as const;
export type DropReason = (typeof dropReasons)[number];

export type SpanQueueOptions = {
  readonly settings: BatchSettings;
  readonly exporter: SpanExporter;
  readonly builder: TraceBatchBuilder;
  /** Told of every failure; whoever listens sees to it that not every one becomes a line. */
  warn(message: string): void;
  /** There is room again, or spans are dropped from now on: whoever waited shall come. */
  onRoom(): void;
};

/** An export that takes longer holds spans up no more: those that do not fit are dropped. */
const slowMs = 1000;
/** How long a receiver that failed is left alone: as long as it says, else longer each time, give or take a fifth. */
const firstPauseMs = 1000;
const longestPauseMs = 30_000;

/**
 * Spans waiting to be exported, in batches, as the batch span processor of OpenTelemetry does it: bounded, one export at
 * a time. While exports succeed, whoever has more spans than there is room for waits; once they fail or are slow, what
 * does not fit is dropped and counted.
 */
export class SpanQueue {
  readonly dropped: Record<DropReason, number> = {
    queue_full: 0,
    export_failed: 0,
    rejected: 0,
    shutdown: 0,
  };
  exportFailures = 0;
  readonly #options: SpanQueueOptions;
  readonly #batches: TraceBatch[] = [];
  /** Spans in `#batches`. */
  #queued = 0;
  #timer: NodeJS.Timeout | undefined;
  #exporting: Promise<void> | undefined;
  /** Wakes the pause after a failure. */
  #endPause: (() => void) | undefined;
  #failures = 0;
  #slow = false;
  #finishing = false;
  #closing = false;

  constructor(options: SpanQueueOptions) {
    this.#options = options;
  }

  /** Spans that wait, those that are being sent not included. */
  get length(): number {
    return this.#queued + this.#options.builder.spans;
  }

  /** How many spans may be added now. Any number once they are dropped. */
  get room(): number {
    if (this.#drops) return Number.POSITIVE_INFINITY;
    return Math.max(0, this.#options.settings.maxQueueSize - this.length);
  }

  /** Where to write a span of a service, before `added`; undefined, and counted, when there is no room for it. */
  writer(service: string): ProtobufWriter | undefined {
    if (this.#closing || (!this.#finishing && this.length >= this.#options.settings.maxQueueSize)) {
      this.dropped[this.#closing ? 'shutdown' : 'queue_full']++;
      return undefined;
    }
    return this.#options.builder.writer(service);
  }

  /** So many spans were written. */
  added(count = 1): void {
    const { builder, settings } = this.#options;
    builder.added(count);
    if (builder.spans >= settings.maxExportBatchSize) {
      this.#seal();
      this.#export();
    } else {
      this.#timer ??= setTimeout(() => this.flush(), settings.scheduleDelayMs).unref();
    }
  }

  /** Sends what there is, whole batch or not. Resolves when it is sent, or dropped. */
  async flush(): Promise<void> {
    this.#seal();
    this.#export();
    await this.#exporting;
  }

  /** What is still to come is known to be little, and taken though the queue is full. */
  finish(): void {
    this.#finishing = true;
  }

  /** Sends what there is within the exporter's timeout; what remains is dropped. Can be called twice. */
  async close(): Promise<void> {
    if (this.#closing) return;
    this.#seal();
    this.#export();
    this.#closing = true;
    this.#endPause?.();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, this.#options.exporter.timeoutMs);
    });
    await Promise.race([this.#exporting, late]);
    clearTimeout(timer);
    this.dropped.shutdown += this.#queued;
    if (this.#queued > 0) this.#options.warn(`${this.#queued} spans could not be sent before the end`);
    this.#batches.length = 0;
    this.#queued = 0;
    this.#options.exporter.close();
  }

  get #drops(): boolean {
    return this.#failures > 0 || this.#slow || this.#finishing;
  }

  #seal(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#options.builder.spans === 0) return;
    const batch = this.#options.builder.finish();
    this.#batches.push(batch);
    this.#queued += batch.spans;
  }

  #export(): void {
    if (this.#exporting !== undefined || this.#batches.length === 0) return;
    this.#exporting = this.#exportAll().finally(() => {
      this.#exporting = undefined;
      if (!this.#closing) this.#export(); // what came in the last moment
    });
  }

  async #exportAll(): Promise<void> {
    for (let batch = this.#batches.shift(); batch !== undefined; batch = this.#batches.shift()) {
      this.#queued -= batch.spans;
      this.#options.onRoom();
      const slow = setTimeout(() => this.#setSlow(true), slowMs).unref();
      const result = await this.#exportOne(batch);
      clearTimeout(slow);
      this.#setSlow(false);
      if (result.delivered) {
        this.#failures = 0;
        this.dropped.rejected += result.rejected;
        if (result.rejected > 0 || result.message) {
          this.#options.warn(`The receiver rejected ${result.rejected} spans: ${result.message ?? ''}`);
        }
      } else {
        this.dropped.export_failed += batch.spans;
        this.exportFailures++;
        this.#failures++;
        this.#options.warn(`Cannot export ${batch.spans} spans: ${result.reason}; they are dropped`);
        this.#options.onRoom();
        await this.#pause(result.retryAfterMs);
      }
    }
  }

  async #exportOne(batch: TraceBatch): Promise<ExportResult> {
    const { exporter, settings } = this.#options;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<ExportResult>((resolve) => {
      const reason = `no answer within OTEL_BSP_EXPORT_TIMEOUT, ${settings.exportTimeoutMs} ms`;
      timer = setTimeout(() => resolve({ delivered: false, reason }), settings.exportTimeoutMs).unref();
    });
    const result = await Promise.race([exporter.export(batch), late]);
    clearTimeout(timer);
    return result;
  }

  #setSlow(slow: boolean): void {
    if (this.#slow === slow) return;
    this.#slow = slow;
    if (slow) this.#options.onRoom();
  }

  async #pause(retryAfterMs: number | undefined): Promise<void> {
    if (this.#closing) return;
    const jitter = 0.8 + Math.random() * 0.4;
    const pauseMs = Math.min(firstPauseMs * 1.5 ** (this.#failures - 1), longestPauseMs) * jitter;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, retryAfterMs ?? pauseMs).unref();
      this.#endPause = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#endPause = undefined;
  }
}
