import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mapTypes } from '../bpf/map-types.ts';
import { onlineCpus } from '../bpf/perf-event.ts';
import { fakeNative } from '../native/native-testing.ts';
import { mapOf } from '../serve/serve-testing.ts';
import { openAllPerfOutputs } from './perf-outputs.ts';

const maps = [
  mapOf({ name: 'events_total', type: mapTypes.perf_event_array }),
  mapOf({ name: 'reads_total' }),
];

test('every CPU has an event of each array, until they are closed', () => {
  const closed: number[] = [];
  let opened = 0;
  const native = fakeNative({
    bpf: { bpf_map_update_elem: () => 0 },
    c: {
      // The kernel is one before 6.0, which keeps no count of lost records.
      syscall: (_number, attr) => ((attr as Buffer).readBigUInt64LE(32) === 0n ? 100 + opened++ : -1),
      ioctl: () => 0,
      close: (fd) => closed.push(fd),
      sysconf: () => 4096,
    },
    errno: () => 22,
  });
  const { byMap, close } = openAllPerfOutputs(native, maps);
  const expected = onlineCpus().map((cpu, nth) => ({ cpu, fd: 100 + nth, countsLost: false, pages: 64 }));
  assert.deepEqual([...byMap], [['events_total', expected]]);
  close();
  close();
  assert.deepEqual(
    closed,
    expected.map(({ fd }) => fd),
  );
});

test('one that the kernel refuses has the reason instead', () => {
  const native = fakeNative({ c: { syscall: () => -1, sysconf: () => 4096 }, errno: () => 1 });
  const { byMap, close } = openAllPerfOutputs(native, maps);
  const reason =
    'Cannot receive records of "events_total" from CPU 0: perf_event_open: EPERM (operation not permitted). What to do: CAP_PERFMON is needed, or kernel.perf_event_paranoid below 1';
  assert.deepEqual([...byMap], [['events_total', { reason }]]);
  close();
});
