import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fakeRoot } from '../kernel/root-testing.ts';
import { fakeNative } from '../native/native-testing.ts';
import { readProgramInfo, runStatsEnabled } from './program-info.ts';

test('id, tag and run statistics are read from struct bpf_prog_info', () => {
  const native = fakeNative({
    bpf: {
      bpf_obj_get_info_by_fd: (fd, info, length) => {
        const bytes = info as Buffer;
        assert.equal(fd, 9);
        assert.equal((length as Buffer).readUInt32LE(), bytes.length);
        bytes.writeUInt32LE(4711, 4);
        bytes.write('00ff10abcdef0123', 8, 'hex');
        bytes.writeBigUInt64LE(2n ** 40n, 192);
        bytes.writeBigUInt64LE(12n, 200);
        return 0;
      },
    },
  });
  assert.deepEqual(readProgramInfo(native, 9), {
    id: 4711,
    tag: '00ff10abcdef0123',
    runTimeNs: 2 ** 40,
    runCount: 12,
  });
});

test('a failure names the errno', () => {
  const native = fakeNative({ bpf: { bpf_obj_get_info_by_fd: () => -9 }, errno: () => 9 });
  assert.throws(() => readProgramInfo(native, 9), { code: 'map_read', message: /EBADF/ });
});

test('statistics are on when the sysctl is 1', () => {
  const file = 'proc/sys/kernel/bpf_stats_enabled';
  assert.equal(runStatsEnabled(fakeRoot({ [file]: '1\n' }).path), true);
  assert.equal(runStatsEnabled(fakeRoot({ [file]: '0\n' }).path), false);
  assert.equal(runStatsEnabled(fakeRoot().path), false);
});
