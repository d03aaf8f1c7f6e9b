import { setTimeout as sleep } from 'node:timers/promises';
import { loadSdk } from './load-sdk.ts';
import { rejectedOf } from './otlp-http-exporter.ts';
import { readProtobuf } from './protobuf-reader.ts';
import type { ExportResult, SpanExporter } from './span-exporter.ts';
import type { TraceBatch } from './trace-batch.ts';

// https://opentelemetry.io/docs/specs/otlp/#failures: CANCELLED, DEADLINE_EXCEEDED, ABORTED, OUT_OF_RANGE, UNAVAILABLE,
// DATA_LOSS; RESOURCE_EXHAUSTED only when the receiver says when to come back.
const retryable: readonly unknown[] = [1, 4, 10, 11, 14, 15];
const resourceExhausted = 8;
// As the SDK does it over HTTP; over gRPC it does not retry.
const attempts = 5;
const firstBackoffMs = 1000;
const longestBackoffMs = 5000;

type GrpcError = Error & { readonly code?: number; readonly metadata?: { get(name: string): unknown[] } };

/** OTLP over gRPC by the SDK's own exporter, set by OTEL_EXPORTER_OTLP_*, with retries within its timeout. */
export function createOtlpGrpcExporter(): SpanExporter {
  const sdk = loadSdk('grpc');
  const options = sdk.convertLegacyOtlpGrpcOptions({}, 'TRACES');
  let rejected: ReturnType<typeof rejectedOf> = {};
  const delegate = sdk.createOtlpGrpcExportDelegate<TraceBatch, object>(
    options,
    {
      serializeRequest: ({ bytes }) => bytes,
      deserializeResponse(response) {
        rejected = rejectedOf(sdk.ProtobufTraceSerializer.deserializeResponse(response));
        return {};
      },
    },
    'otlp_grpc_span_exporter',
    { name: 'span', countItems: ({ spans }) => spans },
    undefined,
    'TraceExportService',
    '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
  );
  const send = (batch: TraceBatch): Promise<GrpcError | undefined> =>
    new Promise((resolve) => {
      rejected = {};
      delegate.export(batch, ({ error }) => resolve(error as GrpcError | undefined));
    });
  return {
    timeoutMs: options.timeoutMillis,
    async export(batch): Promise<ExportResult> {
      const deadline = performance.now() + options.timeoutMillis;
      let backoffMs = firstBackoffMs;
      for (let attempt = 0; ; attempt++) {
        const error = await send(batch);
        if (error === undefined) return { delivered: true, rejected: 0, ...rejected };
        const asked = retryDelayMs(error);
        const again =
          retryable.includes(error.code) || (error.code === resourceExhausted && asked !== undefined);
        const waitMs = asked ?? Math.min(backoffMs, longestBackoffMs) * (0.8 + Math.random() * 0.4);
        if (!again || attempt === attempts || performance.now() + waitMs > deadline) {
          const reason = `${options.url}: ${error.message}`;
          return {
            delivered: false,
            reason,
            ...(again && asked !== undefined ? { retryAfterMs: asked } : {}),
          };
        }
        backoffMs *= 1.5;
        await sleep(waitMs, undefined, { ref: false });
      }
    },
    close: () => void delegate.shutdown(),
  };
}

/** The google.rpc.RetryInfo among the details of a status: google/rpc/status.proto, error_details.proto. */
export function retryDelayMs({ metadata }: GrpcError): number | undefined {
  const [details] = metadata?.get('grpc-status-details-bin') ?? [];
  if (!Buffer.isBuffer(details)) return undefined;
  for (const { number, bytes: detail } of readProtobuf(details)) {
    if (number !== 3) continue;
    const any = new Map([...readProtobuf(detail)].map((field) => [field.number, field.bytes]));
    if (any.get(1)?.toString().endsWith('/google.rpc.RetryInfo') !== true) continue;
    const [delay] = readProtobuf(any.get(2) ?? Buffer.alloc(0));
    if (delay === undefined) return undefined;
    const parts = new Map([...readProtobuf(delay.bytes)].map((field) => [field.number, Number(field.big)]));
    return (parts.get(1) ?? 0) * 1000 + (parts.get(2) ?? 0) / 1e6;
  }
  return undefined;
}
