import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import type { DecoderName, LabelSpec, SpanSpec } from '../config/spec.ts';
import { decoderSpec } from '../decoders/decoder-testing.ts';
import { stubSystem } from '../decoders/system-testing.ts';
import { ExporterError } from '../errors.ts';
import { readSpans } from './read-spans.ts';
import { RecordSpans, type RecordSpansOptions } from './record-spans.ts';
import { TraceBatchBuilder } from './trace-batch.ts';
import { WallClock } from './wall-clock.ts';

const scope = { name: 'ebpf_exporter', version: '1.2.3' };
const bootedAt = 1_790_000_000_123_456_789n;

function label(name: string, size: number, decoder: DecoderName): LabelSpec {
  return { name, size, padding: 0, decoders: [decoderSpec(decoder)] };
}

const ids = [label('trace_id', 16, 'hex'), label('parent_span_id', 8, 'hex'), label('span_id', 8, 'hex')];
const times = [label('span_monotonic_timestamp_ns', 8, 'uint'), label('span_duration_ns', 8, 'uint')];

function specOf(labels: readonly LabelSpec[], given: Partial<SpanSpec> = {}): SpanSpec {
  return { name: 'exec', ringbuf: 'exec_spans', service: 'exec-trace', labels, ...given };
}

/** The spans of some records, as the SDK's objects; their bytes are the SDK's own. */
function spansOf(spec: SpanSpec, records: readonly Buffer[], given: Partial<RecordSpansOptions> = {}) {
  const builder = new TraceBatchBuilder(scope, (service) => ({ 'service.name': service }));
  const spans = new RecordSpans(spec, {
    config: 'exec-trace',
    system: stubSystem,
    sampler: () => true,
    limits: { attributes: 128, valueLength: Number.POSITIVE_INFINITY },
    clock: new WallClock(() => ({ monotonic: 1000n, wall: bootedAt + 1000n })),
    ...given,
  });
  spans.begin();
  for (const record of records) {
    const writer = builder.writer(spec.service);
    const { at } = writer;
    const bytes = Buffer.concat([Buffer.from('........'), record]);
    if (spans.write(writer, bytes, 8, record.length) === 'written') builder.added(1);
    else writer.at = at;
  }
  const { bytes, spans: count } = builder.finish();
  const read = readSpans(bytes);
  assert.equal(read.length, count);
  assert.deepEqual(
    Buffer.from(ProtobufTraceSerializer.serializeRequest(shareResources(read)) ?? []),
    bytes,
    'the bytes are those of the SDK for the same spans',
  );
  return read;
}

/** The SDK has one resource object for all spans of a provider. */
function shareResources(spans: ReturnType<typeof readSpans>): ReturnType<typeof readSpans> {
  return spans.map((span) => ({
    ...span,
    resource: spans[0]!.resource,
    instrumentationScope: spans[0]!.instrumentationScope,
  }));
}

function u64(...numbers: readonly bigint[]): Buffer {
  return Buffer.from(BigUint64Array.from(numbers).buffer);
}

const trace = Buffer.from('0102030405060708090a0b0c0d0e0f10', 'hex');
const [parent, own] = [Buffer.from('1112131415161718', 'hex'), Buffer.from('2122232425262728', 'hex')];
const record = Buffer.concat([
  trace,
  parent,
  own,
  u64(5_000_000_000n, 1_500_000_000n),
  Buffer.from('sleep\0..'),
]);
const labels = [...ids, ...times, label('span_name', 8, 'string')];

describe('a record becomes a span', () => {
  test('with the ids, the times and the name that it says', () => {
    const [span] = spansOf(specOf(labels), [record]);
    assert.deepEqual(span?.spanContext(), {
      traceId: trace.toString('hex'),
      spanId: own.toString('hex'),
      traceFlags: 1,
    });
    assert.equal(span?.parentSpanContext?.spanId, parent.toString('hex'));
    assert.equal(span?.parentSpanContext?.isRemote, true);
    assert.equal(span?.name, 'sleep');
    assert.deepEqual(span?.startTime, [1_790_000_005, 123_456_789]);
    assert.deepEqual(span?.duration, [1, 500_000_000]);
    assert.deepEqual(span?.attributes, { 'ebpf_exporter.config': 'exec-trace' });
    assert.deepEqual(span?.resource.attributes, { 'service.name': 'exec-trace' });
    assert.deepEqual(span?.instrumentationScope, scope);
    assert.deepEqual([span?.kind, span?.status], [0, { code: 0 }]);
  });

  test('of a trace of its own, without a parent, where ids are zero or absent', () => {
    const zeros = Buffer.alloc(32);
    const spans = [
      ...spansOf(specOf(ids), [zeros, zeros]),
      ...spansOf(specOf([label('pid', 4, 'uint')]), [Buffer.alloc(4)]),
    ];
    for (const span of spans) {
      assert.match(span.spanContext().traceId, /^(?!0{32})[0-9a-f]{32}$/);
      assert.match(span.spanContext().spanId, /^(?!0{16})[0-9a-f]{16}$/);
      assert.equal(span.parentSpanContext, undefined);
    }
    assert.equal(new Set(spans.map((span) => span.spanContext().traceId)).size, 3);
    assert.equal(new Set(spans.map((span) => span.spanContext().spanId)).size, 3);
  });

  test('without the parent of a trace that it does not name', () => {
    const [span] = spansOf(specOf(ids), [Buffer.concat([Buffer.alloc(16), parent, own])]);
    assert.equal(span?.parentSpanContext, undefined);
  });

  test('that starts now and takes no time, where the record says neither', () => {
    const [span] = spansOf(specOf(ids), [Buffer.alloc(32)]);
    assert.deepEqual(
      [span?.startTime, span?.duration],
      [
        [1_790_000_000, 123_457_789],
        [0, 0],
      ],
    );
  });

  test('named by the config, or by the ring buffer, where it does not say', () => {
    assert.equal(spansOf(specOf(ids), [record])[0]?.name, 'exec');
    assert.equal(spansOf(specOf(ids, { name: '' }), [record])[0]?.name, 'exec_spans');
  });

  test('with its other labels as attributes, of the type that they ask for', () => {
    const typed = [
      label('pid', 4, 'uint'),
      { ...label('bytes', 8, 'uint'), type: 'int' },
      { ...label('ratio', 4, 'uint'), type: 'double' },
      { ...label('preempt', 1, 'uint'), type: 'bool' },
      { ...label('comm', 8, 'string'), type: 'int' },
    ];
    const bytes = Buffer.concat([
      Buffer.from([7, 0, 0, 0]),
      u64(2n ** 40n),
      Buffer.from([3, 0, 0, 0, 1]),
      Buffer.from('grün\0..'),
    ]);
    const builder = new TraceBatchBuilder(scope, () => ({}));
    const spans = new RecordSpans(specOf(typed as LabelSpec[]), {
      config: 'c',
      system: stubSystem,
      sampler: () => true,
      limits: { attributes: 128, valueLength: 100 },
      clock: new WallClock(() => ({ monotonic: 0n, wall: 0n })),
    });
    spans.write(builder.writer(''), bytes, 0, bytes.length);
    builder.added(1);
    const [span] = readSpans(builder.finish().bytes);
    assert.deepEqual(span?.attributes, {
      pid: '7',
      bytes: 2 ** 40,
      ratio: 3,
      preempt: true,
      comm: 'grün',
      'ebpf_exporter.config': 'c',
    });
  });

  test('with texts longer than a length in one byte can say, and of other alphabets', () => {
    for (const size of [1, 100, 120, 130, 300, 20_000]) {
      const [span] = spansOf(specOf([label('stack', size, 'string')]), [Buffer.alloc(size, 'x')]);
      assert.equal(span?.attributes.stack, 'x'.repeat(size));
    }
    const text = 'ключ🔑'.repeat(20);
    const bytes = Buffer.from(text);
    assert.equal(spansOf(specOf([label('key', bytes.length, 'string')]), [bytes])[0]?.attributes.key, text);
  });

  test('of the kind, the status and the flags that labels name', () => {
    const words = { name: 'static_map' as const, allowUnknown: false, regexps: [] };
    const spec = specOf([
      {
        ...label('span_kind', 1, 'uint'),
        decoders: [...label('', 1, 'uint').decoders, { ...words, staticMap: new Map([['1', 'client']]) }],
      },
      {
        ...label('span_status', 1, 'uint'),
        decoders: [...label('', 1, 'uint').decoders, { ...words, staticMap: new Map([['1', 'error']]) }],
      },
      label('trace_flags', 1, 'uint'),
    ]);
    const [span] = spansOf(spec, [Buffer.from([1, 1, 1])]);
    assert.deepEqual([span?.kind, span?.status.code, span?.spanContext().traceFlags], [2, 2, 1]);
    assert.throws(
      () => spansOf(spec, [Buffer.from([2, 1, 1])]),
      decodeError('"unknown:2" is not one of internal, server'),
    );
  });

  test('and only so many attributes, the rest of them counted', () => {
    const spec = specOf(['a', 'b', 'c'].map((name) => label(name, 1, 'uint')));
    const [span] = spansOf(spec, [Buffer.from([1, 2, 3])], { limits: { attributes: 2, valueLength: 10 } });
    assert.deepEqual(span?.attributes, { a: '1', 'ebpf_exporter.config': 'exec-trace' });
    assert.equal(span?.droppedAttributesCount, 2);
  });

  test('whose values are cut where they are too long', () => {
    const spec = specOf([label('comm', 8, 'string')]);
    const [span] = spansOf(spec, [Buffer.from('abcdefgh')], { limits: { attributes: 9, valueLength: 3 } });
    assert.equal(span?.attributes.comm, 'abc');
  });
});

test('what decoders ask is asked to look for changes before records are turned, once each', () => {
  let looked = 0;
  const interfaces = { ...stubSystem.interfaces, refresh: () => looked++ };
  const spec = specOf(['from', 'to'].map((name) => label(name, 4, 'ifname')));
  spansOf(spec, [Buffer.alloc(8), Buffer.alloc(8)], { system: { ...stubSystem, interfaces } });
  assert.equal(looked, 1);
});

describe('a record becomes no span', () => {
  test('when a decoder skips it', () => {
    const only = { ...label('comm', 4, 'string') };
    const spec = specOf([
      {
        ...only,
        decoders: [
          ...only.decoders,
          { name: 'regexp', staticMap: undefined, allowUnknown: false, regexps: ['^b.*'] },
        ],
      },
    ]);
    const spans = spansOf(spec, [Buffer.from('bash'), Buffer.from('true'), Buffer.from('bars')]);
    assert.deepEqual(
      spans.map((span) => span.attributes.comm),
      ['bash', 'bars'],
    );
  });

  test('when it is shorter than its labels', () => {
    assert.throws(
      () => spansOf(specOf(labels), [record.subarray(0, 20)]),
      decodeError('a record of 20 bytes is shorter'),
    );
  });

  test('when an id that other decoders made is none', () => {
    const spec = specOf([label('trace_id', 16, 'string')]);
    assert.throws(
      () => spansOf(spec, [Buffer.from('not an id, this!')]),
      decodeError('is not 32 hex digits'),
    );
  });

  test('when the sampler does not want it; a parent-based one hears of the parent', () => {
    const asked: unknown[] = [];
    const sampler: RecordSpansOptions['sampler'] = (id, at, parentSampled) => {
      asked.push([Buffer.from(id.subarray(at, at + 16)).toString('hex'), parentSampled]);
      return false;
    };
    const spec = specOf([...ids, label('trace_flags', 1, 'uint')]);
    const withFlags = (parentId: Buffer, flags: number): Buffer =>
      Buffer.concat([trace, parentId, own, Buffer.of(flags)]);
    const records = [withFlags(parent, 1), withFlags(parent, 0), withFlags(Buffer.alloc(8), 0)];
    assert.deepEqual(spansOf(spec, records, { sampler }), []);
    const id = trace.toString('hex');
    assert.deepEqual(asked, [
      [id, true],
      [id, false],
      [id, undefined],
    ]);
  });
});

test('a record from before the clock stepped keeps the wall time of then', () => {
  const readings = [
    { monotonic: 1_000_000_000n, wall: bootedAt + 1_000_000_000n },
    { monotonic: 3_000_000_000n, wall: bootedAt + 3_603_000_000_000n }, // an hour asleep
  ];
  const clock = new WallClock(() => readings.shift()!);
  clock.refresh(0);
  clock.refresh(1000);
  const at = (ns: bigint): Buffer => u64(ns);
  const spans = spansOf(specOf([times[0]!]), [at(1_500_000_000n), at(2_500_000_000n)], { clock });
  assert.deepEqual(
    spans.map(({ startTime }) => startTime),
    [
      [1_790_000_001, 623_456_789],
      [1_790_003_602, 623_456_789],
    ],
  );
});

function decodeError(part: string): (error: unknown) => boolean {
  return (error) => error instanceof ExporterError && error.code === 'decode' && error.message.includes(part);
}
