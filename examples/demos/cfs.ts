// A program that works in a cgroup with half a CPU: its span shows when it was throttled. Run it as root beside the
// exporter with the example cfs-throttling-trace.

import { mkdirSync, rmdirSync, statSync, writeFileSync } from 'node:fs';
import { idsOf, probes, withSpan } from './user-spans.ts';

const root = process.env.CGROUP2 ?? '/sys/fs/cgroup';
const cgroup = `${root}/cfs-demo-${process.pid}`;

mkdirSync(cgroup);
try {
  writeFileSync(`${cgroup}/cpu.max`, '10000 20000');
  writeFileSync(`${cgroup}/cgroup.procs`, String(process.pid));
  const id = BigInt(statSync(cgroup).ino);
  await withSpan('cfs-demo', 'work on half a CPU', async (span) => {
    const ids = idsOf(span);
    probes.cfsSetParentSpan(id, ids.hi, ids.lo, ids.span);
    for (const until = performance.now() + 300; performance.now() < until; );
    probes.cfsClearParentSpan(id);
  });
} finally {
  writeFileSync(`${root}/cgroup.procs`, String(process.pid));
  rmdirSync(cgroup);
}
