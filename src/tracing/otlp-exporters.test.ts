import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { createOtlpGrpcExporter, retryDelayMs } from './otlp-grpc-exporter.ts';
import { createOtlpHttpExporter } from './otlp-http-exporter.ts';
import { startOtlpReceiver } from './otlp-receiver-testing.ts';
import type { OwnSpan } from './own-spans.ts';
import { writeOwnSpans } from './own-spans.ts';
import { ProtobufWriter } from './protobuf-writer.ts';
import type { SpanExporter } from './span-exporter.ts';
import { type TraceBatch, TraceBatchBuilder } from './trace-batch.ts';

/** Sets variables of the environment for the rest of a test. */
function setEnv(t: TestContext, variables: Record<string, string>): void {
  Object.assign(process.env, variables);
  t.after(() => {
    for (const name of Object.keys(variables)) delete process.env[name];
  });
}

function batch(name = 'attach'): TraceBatch {
  const span: OwnSpan = { name, start: 1n, end: 2n, attributes: { n: 1 }, events: [], children: [] };
  const builder = new TraceBatchBuilder({ name: 'x', version: '1' }, () => ({ 'service.name': 'x' }));
  builder.added(writeOwnSpans(builder.writer(''), span));
  return builder.finish();
}

function partialSuccess(rejected: number, message: string): Buffer {
  const writer = new ProtobufWriter();
  writer.byte(0x0a);
  const part = writer.begin();
  writer.byte(0x08);
  writer.varint(rejected);
  writer.byte(0x12);
  writer.text(message);
  writer.end(part);
  return Buffer.from(writer.bytes.subarray(0, writer.at));
}

async function exporting(t: TestContext, exporter: SpanExporter, one = batch()) {
  t.after(() => exporter.close());
  return exporter.export(one);
}

describe('OTLP over HTTP', () => {
  test('sends the bytes that it is given', async (t) => {
    await using receiver = await startOtlpReceiver();
    setEnv(t, {
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      OTEL_EXPORTER_OTLP_HEADERS: 'api-key=secret%20one',
    });
    const one = batch();
    assert.deepEqual(await exporting(t, createOtlpHttpExporter('http/protobuf'), one), {
      delivered: true,
      rejected: 0,
    });
    const [request] = receiver.requests;
    assert.equal(request?.path, '/v1/traces');
    assert.equal(request?.headers['content-type'], 'application/x-protobuf');
    assert.equal(request?.headers['api-key'], 'secret one');
    assert.deepEqual(request?.body, one.bytes);
  });

  test('sends them packed, to an endpoint of traces alone', async (t) => {
    await using receiver = await startOtlpReceiver();
    setEnv(t, {
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${receiver.url}/here`,
      OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
    });
    await exporting(t, createOtlpHttpExporter('http/protobuf'));
    assert.equal(receiver.requests[0]?.path, '/here');
    assert.equal(receiver.requests[0]?.headers['content-encoding'], 'gzip');
    assert.equal(receiver.spans[0]?.name, 'attach');
  });

  test('sends JSON', async (t) => {
    await using receiver = await startOtlpReceiver();
    setEnv(t, { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url });
    await exporting(t, createOtlpHttpExporter('http/json'));
    const { resourceSpans } = JSON.parse(receiver.requests[0]!.body.toString());
    const [span] = resourceSpans[0].scopeSpans[0].spans;
    assert.equal(span.name, 'attach');
    assert.deepEqual(span.attributes, [{ key: 'n', value: { intValue: 1 } }]);
    assert.deepEqual(resourceSpans[0].resource.attributes, [
      { key: 'service.name', value: { stringValue: 'x' } },
    ]);
  });

  test('says how many spans were rejected, and does not send them again', async (t) => {
    await using receiver = await startOtlpReceiver();
    receiver.answer = () => ({ status: 200, body: partialSuccess(3, 'too old') });
    setEnv(t, { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url });
    const result = await exporting(t, createOtlpHttpExporter('http/protobuf'));
    assert.deepEqual(result, { delivered: true, rejected: 3, message: 'too old' });
    assert.equal(receiver.requests.length, 1);
  });

  for (const status of [429, 503]) {
    test(`tries again after ${status}, when it was told to`, async (t) => {
      await using receiver = await startOtlpReceiver();
      receiver.answer = (nth) => (nth === 1 ? { status, headers: { 'retry-after': '1' } } : { status: 200 });
      setEnv(t, { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url });
      const started = performance.now();
      assert.deepEqual(await exporting(t, createOtlpHttpExporter('http/protobuf')), {
        delivered: true,
        rejected: 0,
      });
      assert.equal(receiver.requests.length, 2);
      const ms = performance.now() - started;
      assert.ok(ms > 990 && ms < 1900, `${ms} ms`);
    });
  }

  test('gives up where the receiver wants to be left alone for longer than the timeout, and says for how long', async (t) => {
    await using receiver = await startOtlpReceiver();
    receiver.answer = () => ({ status: 429, headers: { 'retry-after': '60' } });
    setEnv(t, { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, OTEL_EXPORTER_OTLP_TIMEOUT: '500' });
    const result = await exporting(t, createOtlpHttpExporter('http/protobuf'));
    assert.ok(!result.delivered && result.retryAfterMs! > 59_000 && result.retryAfterMs! <= 60_000);
    assert.equal(receiver.requests.length, 1);
  });

  test('does not try again after 400', async (t) => {
    await using receiver = await startOtlpReceiver();
    receiver.answer = () => ({ status: 400 });
    setEnv(t, { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url });
    const result = await exporting(t, createOtlpHttpExporter('http/protobuf'));
    const reason = `${receiver.url}/v1/traces: Bad Request 400`;
    assert.deepEqual([result, receiver.requests.length], [{ delivered: false, reason }, 1]);
  });

  test('gives up within its timeout where nobody listens, or nobody answers', async (t) => {
    const gone = await startOtlpReceiver();
    await gone.close();
    await using silent = await startOtlpReceiver();
    silent.answer = () => ({ status: 200, afterMs: 2000 });
    for (const { url } of [gone, silent]) {
      setEnv(t, { OTEL_EXPORTER_OTLP_ENDPOINT: url, OTEL_EXPORTER_OTLP_TIMEOUT: '300' });
      const started = performance.now();
      assert.equal((await exporting(t, createOtlpHttpExporter('http/protobuf'))).delivered, false);
      assert.ok(performance.now() - started < 1500);
    }
  });
});

describe('OTLP over gRPC', () => {
  test('sends the bytes that it is given', async (t) => {
    await using receiver = await startOtlpReceiver('grpc');
    setEnv(t, { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, OTEL_EXPORTER_OTLP_HEADERS: 'api-key=secret' });
    const one = batch();
    assert.deepEqual(await exporting(t, createOtlpGrpcExporter(), one), { delivered: true, rejected: 0 });
    const [request] = receiver.requests;
    assert.equal(request?.path, '/opentelemetry.proto.collector.trace.v1.TraceService/Export');
    assert.equal(request?.headers['api-key'], 'secret');
    assert.deepEqual(request?.body, one.bytes);
  });

  test('says how many spans were rejected', async (t) => {
    await using receiver = await startOtlpReceiver('grpc');
    receiver.answer = () => ({ status: 0, body: partialSuccess(2, 'no') });
    setEnv(t, { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url });
    const result = await exporting(t, createOtlpGrpcExporter());
    assert.deepEqual(result, { delivered: true, rejected: 2, message: 'no' });
  });

  test('tries again what is unavailable, after some time', async (t) => {
    await using receiver = await startOtlpReceiver('grpc');
    receiver.answer = (nth) => ({ status: nth === 1 ? 14 : 0 });
    setEnv(t, { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url });
    const started = performance.now();
    assert.equal((await exporting(t, createOtlpGrpcExporter())).delivered, true);
    const ms = performance.now() - started;
    assert.ok(
      receiver.requests.length === 2 && ms > 790 && ms < 2000,
      `${receiver.requests.length} in ${ms} ms`,
    );
  });

  test('tries again what is exhausted only when it is told when', async (t) => {
    await using receiver = await startOtlpReceiver('grpc');
    const details = retryInfo(0, 50_000_000).toString('base64');
    receiver.answer = (nth) =>
      nth === 1
        ? { status: 8, headers: { 'grpc-status-details-bin': details } }
        : { status: nth === 2 ? 0 : 8 };
    setEnv(t, { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url });
    const exporter = createOtlpGrpcExporter();
    assert.equal((await exporting(t, exporter)).delivered, true);
    assert.equal(receiver.requests.length, 2);
    assert.equal((await exporter.export(batch())).delivered, false);
    assert.equal(receiver.requests.length, 3);
  });

  test('does not try again what is invalid', async (t) => {
    await using receiver = await startOtlpReceiver('grpc');
    receiver.answer = () => ({ status: 3 });
    setEnv(t, { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url });
    assert.equal((await exporting(t, createOtlpGrpcExporter())).delivered, false);
    assert.equal(receiver.requests.length, 1);
  });

  test('reads the delay among the details of a status', () => {
    const error = (details: unknown[]) => Object.assign(new Error('x'), { metadata: { get: () => details } });
    assert.equal(retryDelayMs(error([retryInfo(2, 500_000_000)])), 2500);
    assert.equal(retryDelayMs(error([])), undefined);
    assert.equal(retryDelayMs(new Error('x')), undefined);
  });
});

/** A google.rpc.Status with a RetryInfo. */
function retryInfo(seconds: number, nanos: number): Buffer {
  const writer = new ProtobufWriter();
  writer.byte(0x08);
  writer.varint(8);
  writer.byte(0x1a); // details
  const any = writer.begin();
  writer.byte(0x0a);
  writer.text('type.googleapis.com/google.rpc.RetryInfo');
  writer.byte(0x12);
  const info = writer.begin();
  writer.byte(0x0a);
  const delay = writer.begin();
  writer.byte(0x08);
  writer.varint(seconds);
  writer.byte(0x10);
  writer.varint(nanos);
  for (const start of [delay, info, any]) writer.end(start);
  return Buffer.from(writer.bytes.subarray(0, writer.at));
}
