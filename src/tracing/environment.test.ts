import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readTracingSettings } from './environment.ts';

function read(env: Record<string, string>) {
  const warnings: string[] = [];
  return { ...readTracingSettings(env, (message) => warnings.push(message)), warnings };
}

test('without variables everything is as the specification says, but that all spans are sampled', () => {
  const { warnings, ...settings } = read({});
  assert.deepEqual(settings, {
    enabled: true,
    wanted: false,
    exporter: 'otlp',
    protocol: 'http/protobuf',
    sampler: { root: 'always_on', ratio: 1, parentBased: false },
    resource: new Map(),
    batch: { maxQueueSize: 2048, maxExportBatchSize: 512, scheduleDelayMs: 5000, exportTimeoutMs: 30_000 },
    limits: { attributes: 128, valueLength: Number.POSITIVE_INFINITY },
  });
  assert.deepEqual(warnings, []);
});

test('an exporter or an endpoint in the environment asks for traces', () => {
  for (const name of [
    'OTEL_TRACES_EXPORTER',
    'OTEL_EXPORTER_OTLP_ENDPOINT',
    'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
  ]) {
    assert.equal(read({ [name]: name === 'OTEL_TRACES_EXPORTER' ? 'console' : 'http://x' }).wanted, true);
  }
});

test('traces are turned off by either of two variables', () => {
  assert.equal(read({ OTEL_SDK_DISABLED: 'TRUE' }).enabled, false);
  assert.equal(read({ OTEL_TRACES_EXPORTER: 'none' }).enabled, false);
  assert.equal(read({ OTEL_SDK_DISABLED: '1' }).enabled, true);
});

test('the variable of traces is over that of all signals', () => {
  const both = { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc', OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/json' };
  assert.equal(read(both).protocol, 'http/json');
  assert.equal(read({ OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }).protocol, 'grpc');
  const limits = { OTEL_ATTRIBUTE_COUNT_LIMIT: '5', OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT: '9' };
  assert.deepEqual(read(limits).limits, { attributes: 5, valueLength: 9 });
});

test('samplers have their arguments', () => {
  const env = { OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.25' };
  assert.deepEqual(read(env).sampler, { root: 'traceidratio', ratio: 0.25, parentBased: true });
  assert.deepEqual(read({ OTEL_TRACES_SAMPLER: 'always_off' }).sampler, {
    root: 'always_off',
    ratio: 1,
    parentBased: false,
  });
});

test('resource attributes are decoded, and OTEL_SERVICE_NAME is over theirs', () => {
  const env = { OTEL_RESOURCE_ATTRIBUTES: 'team=a%2Cb, service.name=x ,', OTEL_SERVICE_NAME: 'y' };
  assert.deepEqual(
    read(env).resource,
    new Map([
      ['team', 'a,b'],
      ['service.name', 'y'],
    ]),
  );
  const { resource, warnings } = read({ OTEL_RESOURCE_ATTRIBUTES: 'a=1,nothing' });
  assert.deepEqual(
    [resource.size, warnings],
    [0, ['OTEL_RESOURCE_ATTRIBUTES is not used: "nothing" is not KEY=VALUE']],
  );
});

test('a value that cannot be used is told, and is as if it were not there', () => {
  const { batch, exporter, warnings } = read({
    OTEL_BSP_MAX_QUEUE_SIZE: 'many',
    OTEL_BSP_SCHEDULE_DELAY: '-1',
    OTEL_TRACES_EXPORTER: 'zipkin',
  });
  assert.deepEqual([batch.maxQueueSize, batch.scheduleDelayMs, exporter], [2048, 5000, 'otlp']);
  assert.deepEqual(warnings, [
    'OTEL_TRACES_EXPORTER="zipkin" is not used: one of otlp, console, none is needed',
    'OTEL_BSP_MAX_QUEUE_SIZE="many" is not used: a whole number, 1 or more, is needed',
    'OTEL_BSP_SCHEDULE_DELAY="-1" is not used: a whole number, 0 or more, is needed',
  ]);
});

test('a batch is never larger than the queue', () => {
  assert.equal(read({ OTEL_BSP_MAX_QUEUE_SIZE: '100' }).batch.maxExportBatchSize, 100);
});
