import type { TraceBatch } from './trace-batch.ts';

/** Sends batches somewhere, one at a time. It has retried what can be retried when it says that it failed. */
export type SpanExporter = {
  /** How long a batch may take, retries included. */
  readonly timeoutMs: number;
  /** Never rejects. */
  export(batch: TraceBatch): Promise<ExportResult>;
  close(): void;
};

export type ExportResult =
  /** Some of the spans may have been rejected, for good. */
  | { readonly delivered: true; readonly rejected: number; readonly message?: string }
  /** The receiver may have said how long to leave it alone. */
  | { readonly delivered: false; readonly reason: string; readonly retryAfterMs?: number };
