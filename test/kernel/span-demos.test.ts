import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type OtlpReceiver, startOtlpReceiver } from '../../src/tracing/otlp-receiver-testing.ts';
import { needs } from './support/requirements.ts';
import { runDemo, type Span, spansOfTrace, traced } from './support/traced.ts';
import { patience } from './support/wait.ts';

/** What the kernel says of a demo, once there are spans of all these names, beside the demo's own. */
async function joined(receiver: OtlpReceiver, demo: string, example: string, names: readonly string[]) {
  await using _exporter = await traced(receiver, example);
  const trace = await runDemo(demo, receiver);
  const spans = await spansOfTrace(receiver, trace, (all) =>
    [`${demo}-demo`, ...names].every((wanted) =>
      all.some((span) => wanted === span.name || service(span) === wanted),
    ),
  );
  const user = spans.find((span) => service(span) === `${demo}-demo`)!;
  return { user, kernel: spans.filter((span) => span !== user) };
}

function service(span: Span): unknown {
  return span.resource.attributes['service.name'];
}

function ms({ duration: [seconds, ns] }: Span): number {
  return seconds * 1000 + ns / 1e6;
}

describe('the demo of', needs(), () => {
  it('sched-trace shows when its threads waited, and why', needs('slowGuest'), async () => {
    await using receiver = await startOtlpReceiver();
    const { user, kernel } = await joined(receiver, 'sched', 'sched-trace', ['sched_switch', 'sched_wakeup']);
    for (const span of kernel) {
      assert.equal(service(span), 'sched');
      assert.equal(span.parentSpanContext?.spanId, user.spanContext().spanId);
    }
    const main = kernel.filter(({ attributes }) => attributes.pid === attributes.tgid);
    const sleeps = main.filter(
      ({ name, attributes }) => name === 'sched_switch' && attributes.state === 'interruptible_sleep',
    );
    const longest = Math.max(...sleeps.map(ms));
    assert.ok(longest > 9 / patience, `the longest of ${sleeps.length} sleeps took ${longest} ms`);
    const [wakeup] = main.filter(({ name }) => name === 'sched_wakeup');
    assert.ok(wakeup !== undefined && ms(wakeup) < 1000 * patience);
  });

  it('cfs-throttling-trace shows when its cgroup was throttled', needs('ftrace', 'cgroup2'), async () => {
    await using receiver = await startOtlpReceiver();
    const { user, kernel } = await joined(receiver, 'cfs', 'cfs-throttling-trace', ['cfs_throttle']);
    for (const span of kernel) {
      assert.equal(span.name, 'cfs_throttle');
      assert.equal(span.parentSpanContext?.spanId, user.spanContext().spanId);
      assert.ok(ms(span) < 100 * patience, `${ms(span)} ms`);
      assert.match(String(span.attributes.kstack), /^unthrottle_cfs_rq/m);
    }
    // One that is let go by the tick that throttled it took no time.
    assert.ok(kernel.some((span) => ms(span) > 0));
  });

  it('sock-trace shows what the kernel did for its connection', needs('ftrace'), async () => {
    await using receiver = await startOtlpReceiver();
    const names = ['stitch', 'tcp_v4_do_rcv', '__ip_local_out', '__dev_queue_xmit', 'dev_hard_start_xmit'];
    const { user, kernel } = await joined(receiver, 'sock', 'sock-trace', [...names, 'sock_release']);
    const stitch = kernel.find(({ name }) => name === 'stitch')!;
    assert.equal(stitch.parentSpanContext?.spanId, user.spanContext().spanId);
    for (const span of kernel) {
      assert.equal(span.attributes.example_userspace_tag, '42');
      if (span !== stitch) assert.equal(span.parentSpanContext?.spanId, stitch.spanContext().spanId);
    }
  });
});
