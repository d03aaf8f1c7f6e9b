import { channel } from 'node:diagnostics_channel';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { loadSdk } from './load-sdk.ts';
import { readSpans } from './read-spans.ts';
import type { ExportResult, SpanExporter } from './span-exporter.ts';
import type { TraceBatch } from './trace-batch.ts';

/**
 * OTLP over HTTP by the SDK's own exporter, set by OTEL_EXPORTER_OTLP_*: it compresses, has the certificates, and retries
 * 429, 502, 503, 504 and broken connections within its timeout. What it is given are bytes already.
 */
export function createOtlpHttpExporter(format: 'http/protobuf' | 'http/json'): SpanExporter {
  const sdk = loadSdk('http');
  const isJson = format === 'http/json';
  const serializer = isJson ? sdk.JsonTraceSerializer : sdk.ProtobufTraceSerializer;
  const type = isJson ? 'application/json' : 'application/x-protobuf';
  const options = sdk.convertLegacyHttpOptions({}, 'TRACES', 'v1/traces', { 'Content-Type': type });
  const { hostname, port } = new URL(options.url);
  const retryAfter = watchRetryAfter(
    (request) =>
      request.host === hostname.replace(/^\[|\]$/g, '') &&
      (port === '' || request.getHeader('host')?.toString().endsWith(`:${port}`) === true),
  );
  let partial: Rejected = {};
  const delegate = sdk.createOtlpHttpExportDelegate<TraceBatch, Rejected>(
    options,
    {
      serializeRequest: ({ bytes }) =>
        isJson ? sdk.JsonTraceSerializer.serializeRequest(readSpans(bytes)) : bytes,
      deserializeResponse(response) {
        partial = rejectedOf(serializer.deserializeResponse(response));
        return {};
      },
    },
    isJson ? 'otlp_http_json_span_exporter' : 'otlp_http_span_exporter',
    { name: 'span', countItems: ({ spans }) => spans },
    undefined,
  );
  return {
    timeoutMs: options.timeoutMillis,
    export: (batch) =>
      new Promise<ExportResult>((resolve) => {
        partial = {};
        delegate.export(batch, ({ error }) =>
          resolve(
            error === undefined
              ? { delivered: true, rejected: 0, ...partial }
              : { delivered: false, reason: `${options.url}: ${reasonOf(error)}`, ...retryAfter.left() },
          ),
        );
      }),
    close() {
      retryAfter.close();
      void delegate.shutdown();
    },
  };
}

type Rejected = { readonly rejected?: number; readonly message?: string };

/** What an ExportTraceServiceResponse says of spans that were not taken. */
export function rejectedOf(response: {
  partialSuccess?: { rejectedSpans?: number | string; errorMessage?: string };
}): Rejected {
  const { rejectedSpans = 0, errorMessage = '' } = response?.partialSuccess ?? {};
  return Number(rejectedSpans) > 0 || errorMessage !== ''
    ? { rejected: Number(rejectedSpans), message: errorMessage }
    : {};
}

function reasonOf(error: Error & { code?: unknown }): string {
  return [error.message, error.code].filter((part) => part !== undefined && part !== '').join(' ');
}

/** The SDK keeps to a Retry-After within its timeout; one that is longer is for whoever sends the next batch. */
function watchRetryAfter(ours: (request: ClientRequest) => boolean): {
  left(): { retryAfterMs?: number };
  close(): void;
} {
  let until = 0;
  const responses = channel('http.client.response.finish');
  const listen = (message: unknown): void => {
    const { request, response } = message as { request: ClientRequest; response: IncomingMessage };
    if (!ours(request)) return;
    const value = response.headers['retry-after'];
    const ms =
      value === undefined ? 0 : /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
    until = performance.now() + (ms > 0 ? ms : 0);
  };
  responses.subscribe(listen);
  return {
    left() {
      const ms = until - performance.now();
      return ms > 0 ? { retryAfterMs: ms } : {};
    },
    close: () => responses.unsubscribe(listen),
  };
}
