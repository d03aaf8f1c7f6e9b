import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type OtlpReceiver, startOtlpReceiver } from '../../src/tracing/otlp-receiver-testing.ts';
import { needs } from './support/requirements.ts';
import { run } from './support/run.ts';
import { type Span, traced } from './support/traced.ts';
import { patience, until } from './support/wait.ts';

/** A machine that is busy, or emulated, takes its time to wake a process. */
const slack = 20_000_000n * BigInt(patience ** 2);

const protocols = { http: 'http/protobuf', grpc: 'grpc' };

describe('exec-trace', needs('slowGuest'), () => {
  for (const kind of ['http', 'grpc'] as const) {
    it(`gives the spans of a pipeline, over ${kind}`, async () => {
      await using receiver = await startOtlpReceiver(kind);
      await using _exporter = await traced(receiver, 'exec-trace', {
        OTEL_EXPORTER_OTLP_PROTOCOL: protocols[kind],
      });
      const script = 'date +%s%N; sleep 0.2 | cat; date +%s%N; :'; // bash becomes the last command of all
      const { stdout } = await run('/bin/bash', ['-c', script]);
      const [first = 0n, last = 0n] = stdout.trim().split('\n').map(BigInt);

      const spans = await spansOf(receiver, (all) => all.some(({ name }) => name === '/bin/bash'));
      const bash = named(spans, '/bin/bash');
      assert.equal(bash.parentSpanContext, undefined);
      assert.equal(bash.resource.attributes['service.name'], 'exec-trace');
      assert.equal(bash.attributes['ebpf_exporter.config'], 'exec-trace');
      assert.deepEqual(spans.map((span) => base(span.name)).sort(), ['bash', 'cat', 'date', 'date', 'sleep']);
      for (const span of spans) {
        assert.equal(span.spanContext().traceId, bash.spanContext().traceId);
        if (span !== bash) assert.equal(span.parentSpanContext?.spanId, bash.spanContext().spanId);
        assert.ok(start(span) >= start(bash) && end(span) <= end(bash));
      }
      const sleep = named(spans, 'sleep');
      assert.ok(
        near(end(sleep) - start(sleep), 200_000_000n, slack),
        `slept ${end(sleep) - start(sleep)} ns`,
      );
      const dates = spans
        .filter(({ name }) => base(name) === 'date')
        .sort((a, b) => (start(a) < start(b) ? -1 : 1));
      for (const [nth, said] of [first, last].entries()) {
        const [from, to] = [start(dates[nth]!), end(dates[nth]!)];
        assert.ok(from < said && said < to, `date said ${said}, its span is from ${from} to ${to}`);
      }
    });
  }

  it('gives durations that are right to a millisecond', async () => {
    await using receiver = await startOtlpReceiver();
    await using _exporter = await traced(receiver, 'exec-trace');
    // EPOCHREALTIME costs no process: bash says when it began to wait for one, and when it had it.
    const script = 'for i in 1 2 3; do a=$EPOCHREALTIME; sleep 0.05; echo "$a $EPOCHREALTIME"; done';
    const { stdout } = await run('/bin/bash', ['-c', script]);
    const truths = stdout
      .trim()
      .split('\n')
      .map((line) => line.split(' ').map((text) => BigInt(text.replace(/[.,]/, '')) * 1000n));
    const spans = await spansOf(
      receiver,
      (all) => all.filter(({ name }) => base(name) === 'sleep').length === 3,
    );
    const sleeps = spans
      .filter(({ name }) => base(name) === 'sleep')
      .sort((a, b) => (start(a) < start(b) ? -1 : 1));
    for (const [nth, [from = 0n, to = 0n]] of truths.entries()) {
      const span = sleeps[nth]!;
      // Starting and reaping a process takes some of the time that bash sees.
      const around = to - from - (end(span) - start(span));
      assert.ok(
        from <= start(span) && end(span) <= to + 1_000_000n,
        `${from}..${to}: ${start(span)}..${end(span)}`,
      );
      assert.ok(around < 3n * slack, `bash saw ${around} ns more`);
    }
  });

  it('tells of the start, and sends what there is when it stops', async () => {
    await using receiver = await startOtlpReceiver();
    const exporter = await traced(receiver, 'exec-trace', { OTEL_BSP_SCHEDULE_DELAY: '60000' });
    await run('/bin/bash', ['-c', '/bin/true; :']);
    await until('two records', async () => (await exporter.scrape()).sum('ebpf_exporter_records_total') >= 2);
    assert.equal(receiver.requests.length, 0);
    await exporter.stop();
    const names = receiver.spans.map(({ name }) => name);
    const start = [
      'attach',
      'attach_configs',
      'attach_config',
      'new_module',
      'bpf_load_object',
      'attach_module',
    ];
    assert.deepEqual(names.slice(0, 6), start);
    assert.deepEqual(names.slice(6), ['/bin/true', '/bin/bash']);
    const module = receiver.spans[5]!;
    assert.deepEqual(
      module.events.map(({ name, attributes }) => [name, attributes?.program]),
      ['sched_process_exec', 'sched_process_fork', 'sched_process_exit'].map((program) => [
        'attached',
        program,
      ]),
    );
    assert.equal(receiver.spans[2]?.attributes.config, 'exec-trace');
  });
});

/** The spans of the trace that has what is waited for: others may run bash as well. */
async function spansOf(
  receiver: OtlpReceiver,
  complete: (spans: readonly Span[]) => boolean,
): Promise<Span[]> {
  return until('the spans', () => {
    const traces = Map.groupBy(receiver.spans, (span) => span.spanContext().traceId).values();
    return [...traces].find((spans) => complete(spans));
  });
}

function named(spans: readonly Span[], name: string): Span {
  const found = spans.find((span) => span.name === name || base(span.name) === name);
  assert.ok(found, `no span ${name} among ${spans.map((span) => span.name).join(', ')}`);
  return found;
}

function base(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function start({ startTime: [s, ns] }: Span): bigint {
  return BigInt(s) * 1_000_000_000n + BigInt(ns);
}

function end({ endTime: [s, ns] }: Span): bigint {
  return BigInt(s) * 1_000_000_000n + BigInt(ns);
}

function near(a: bigint, b: bigint, within: bigint): boolean {
  return a >= b && a - b < within;
}
