import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fakeNative } from '../native/native-testing.ts';
import { PerfStream } from './perf-stream.ts';
import { RecordPump } from './record-pump.ts';
import { fakePerfRing } from './ring-testing.ts';

const pages = 1;

/** A machine of two CPUs, of which the second comes and goes, and may be refused. */
function create() {
  const state = { online: [0], refused: false, opened: 100 };
  const rings = new Map<number, ReturnType<typeof fakePerfRing>>();
  const calls: string[] = [];
  const open = (): number => {
    rings.set(++state.opened, fakePerfRing(pages * 4096));
    return state.opened;
  };
  const native = fakeNative({
    bpf: {
      bpf_map_update_elem: (_map, key, value) => {
        calls.push(`CPU ${(key as Buffer).readUInt32LE()} to ${(value as Buffer).readUInt32LE()}`);
        return 0;
      },
    },
    c: {
      // The kernel is one before 6.0, which keeps no count of lost records.
      syscall: (_number, attr) =>
        state.refused || (attr as Buffer).readBigUInt64LE(32) !== 0n ? -1 : open(),
      ioctl: () => 0,
      close: (fd) => calls.push(`close ${fd}`),
      sysconf: () => 4096,
      mmap: (_at, _length, _protection, _flags, fd) => BigInt(fd),
      munmap: () => 0,
      epoll_create1: () => 9,
      epoll_ctl: () => 0,
    },
    errno: () => (state.refused ? 1 : 22),
    view: (fd, length) => rings.get(Number(fd))!.native.view(1n, length),
    onReadable: () => ({ pause() {}, resume() {}, close() {} }),
  });
  const warnings: string[] = [];
  const found: string[] = [];
  const outputs = [{ cpu: 0, fd: open(), countsLost: false, pages }];
  const stream = new PerfStream(native, { fd: 3, name: 'events' }, outputs, {
    pump: new RecordPump(native),
    sink: { take: (bytes, at, length) => found.push(bytes.toString('latin1', at, at + length)) },
    warn: (message) => warnings.push(message),
    online: () => state.online,
  });
  const flush = (): void => {
    for (const _ of stream.flush());
  };
  const write = (fd: number, text: string): void => {
    rings.get(fd)!.write(Buffer.from(text));
  };
  return { state, stream, calls, warnings, found, flush, write };
}

test('a CPU that comes online later is covered, and again when it was gone', () => {
  const { state, stream, calls, found, flush, write } = create();
  state.online = [0, 1];
  flush();
  write(102, 'four');
  write(101, 'zero');
  flush();
  state.online = [0];
  flush();
  state.online = [0, 1];
  flush();
  write(103, 'more');
  flush();
  assert.deepEqual(found, ['zero', 'four', 'more']);
  assert.deepEqual([stream.records, stream.uncoveredCpus], [3, 0]);
  stream.close();
  stream.close();
  const ours = ['CPU 1 to 102', 'close 102', 'CPU 1 to 103', 'close 9', 'close 103'];
  assert.deepEqual(calls.toSorted(), ours.toSorted(), 'the first is its owner’s to close');
});

test('a CPU that is refused is counted, and told once', () => {
  const { state, stream, warnings, flush } = create();
  state.refused = true;
  for (const online of [[0, 1], [0], [0, 1]]) {
    state.online = online;
    flush();
    assert.equal(stream.uncoveredCpus, online.length - 1);
  }
  assert.equal(warnings.length, 1);
  assert.match(warnings[0]!, /^Records of CPUs that came online are missed: .*CPU 1.*CAP_PERFMON/s);
  stream.close();
});
