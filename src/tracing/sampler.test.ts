import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { ROOT_CONTEXT, SpanKind, TraceFlags, trace } from '@opentelemetry/api';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  type Sampler,
  SamplingDecision,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace';
import { createSampler } from './sampler.ts';

type Root = readonly [root: 'always_on' | 'always_off' | 'traceidratio', ratio: number, sdk: Sampler];

const roots: readonly Root[] = [
  ['always_on', 1, new AlwaysOnSampler()],
  ['always_off', 1, new AlwaysOffSampler()],
  ...[0, 0.25, 0.9, 1].map((ratio): Root => ['traceidratio', ratio, new TraceIdRatioBasedSampler(ratio)]),
];

for (const [root, ratio, sdkRoot] of roots) {
  for (const parentBased of [false, true]) {
    test(`${parentBased ? 'parentbased_' : ''}${root} ${ratio} decides as the SDK does`, () => {
      const ours = createSampler({ root, ratio, parentBased });
      const sdk = parentBased ? new ParentBasedSampler({ root: sdkRoot }) : sdkRoot;
      for (let i = 0; i < 300; i++) {
        const id = randomBytes(18);
        const traceId = id.subarray(2).toString('hex');
        for (const parent of [undefined, true, false]) {
          const traceFlags = parent ? TraceFlags.SAMPLED : TraceFlags.NONE;
          const context = { traceId, spanId: 'aabbccddeeff0011', traceFlags, isRemote: true };
          const within = parent === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, context);
          const { decision } = sdk.shouldSample(within, traceId, 'x', SpanKind.INTERNAL, {}, []);
          assert.equal(ours(id, 2, parent), decision === SamplingDecision.RECORD_AND_SAMPLED);
        }
      }
    });
  }
}
