// What the demos share: spans of their own, and the probes by which they tell the kernel's examples of them.

import { join } from 'node:path';
import { context, type Span, type Tracer, trace } from '@opentelemetry/api';
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  type ReadableSpan,
  SimpleSpanProcessor,
  type SpanExporter,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import koffi from 'koffi';

const library = koffi.load(join(import.meta.dirname, '../libspan_probes.so'));

/** Each passes a probe and does nothing else; `socket_cookie` asks for the number that the kernel has for a socket. */
export const probes = {
  schedSetParentSpan: library.func('void sched_set_parent_span(uint64_t hi, uint64_t lo, uint64_t span)'),
  schedClearParentSpan: library.func('void sched_clear_parent_span()'),
  cfsSetParentSpan: library.func(
    'void cfs_set_parent_span(uint64_t cgroup, uint64_t hi, uint64_t lo, uint64_t span)',
  ),
  cfsClearParentSpan: library.func('void cfs_clear_parent_span(uint64_t cgroup)'),
  sockSetParentSpan: library.func(
    'void sock_set_parent_span(uint64_t cookie, uint64_t hi, uint64_t lo, uint64_t span, uint64_t tag)',
  ),
  socketCookie: library.func('uint64_t socket_cookie(int fd)'),
};

/** The ids of a span as the probes take them: the bytes in their order, as numbers of this machine. */
export function idsOf(span: Span): { hi: bigint; lo: bigint; span: bigint } {
  const { traceId, spanId } = span.spanContext();
  const number = (hex: string): bigint => Buffer.from(hex, 'hex').readBigUInt64LE();
  return { hi: number(traceId.slice(0, 16)), lo: number(traceId.slice(16)), span: number(spanId) };
}

/** Runs something within a span of the service `name`, and prints its trace's id. Spans go where the exporter's go. */
export async function withSpan(
  service: string,
  name: string,
  run: (span: Span, tracer: Tracer) => Promise<void>,
): Promise<void> {
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': service }),
    spanProcessors: [new SimpleSpanProcessor({ exporter: otlpExporter() })],
  });
  const tracer = provider.getTracer('demo');
  const span = tracer.startSpan(name);
  console.log(`trace ${span.spanContext().traceId}`);
  await context.with(trace.setSpan(context.active(), span), () => run(span, tracer));
  span.end();
  await provider.forceFlush();
  await provider.shutdown();
}

function otlpExporter(): SpanExporter {
  const endpoint = process.env.OTEL_EXPORTER_OTLP_ENDPOINT ?? 'http://localhost:4318';
  return {
    export(spans: ReadableSpan[], done) {
      const body = Buffer.from(ProtobufTraceSerializer.serializeRequest(spans) ?? []);
      fetch(`${endpoint}/v1/traces`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-protobuf' },
        body,
      }).then(
        () => done({ code: 0 }),
        (error) => done({ code: 1, error }),
      );
    },
    shutdown: async () => undefined,
  };
}
