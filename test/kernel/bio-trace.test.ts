import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { startOtlpReceiver } from '../../src/tracing/otlp-receiver-testing.ts';
import { writableDisk } from './support/block-device.ts';
import { needs } from './support/requirements.ts';
import { output } from './support/run.ts';
import { scratchDirectory } from './support/scratch.ts';
import { traced } from './support/traced.ts';
import { until } from './support/wait.ts';

describe('bio-trace', needs('dd', 'disk', 'native'), () => {
  it('gives a span for each direct write', async () => {
    await using receiver = await startOtlpReceiver();
    const { directory, device } = await writableDisk();
    await using _exporter = await traced(receiver, 'bio-trace');
    const file = join(scratchDirectory(directory), 'file');
    await output('dd', ['if=/dev/zero', `of=${file}`, 'bs=4096', 'count=100', 'oflag=direct']);
    const writes = await until('spans of writes', () => {
      const spans = receiver.spans.filter(
        ({ name, attributes }) =>
          name === 'block_rq_service' && attributes.device === device && attributes.operation === 'write',
      );
      return spans.length >= 100 && spans;
    });
    for (const span of writes) {
      assert.equal(span.resource.attributes['service.name'], 'bio-trace');
      assert.equal(span.parentSpanContext, undefined);
      assert.ok(span.duration[0] === 0 && span.duration[1] > 0);
    }
    assert.equal(new Set(writes.map((span) => span.spanContext().traceId)).size, writes.length);
  });
});
