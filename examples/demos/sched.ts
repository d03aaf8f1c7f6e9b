// A program whose span shows when it waited for a CPU: run it beside the exporter with the example sched-trace.

import { setTimeout as sleep } from 'node:timers/promises';
import { idsOf, probes, withSpan } from './user-spans.ts';

await withSpan('sched-demo', 'work and sleep', async (span) => {
  const { hi, lo, span: id } = idsOf(span);
  probes.schedSetParentSpan(hi, lo, id);
  for (let round = 0; round < 5; round++) {
    for (const until = performance.now() + 5; performance.now() < until; );
    await sleep(10);
  }
  probes.schedClearParentSpan();
});
