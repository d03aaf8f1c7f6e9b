import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import type { Native } from '../native/library.ts';
import { fakeNative } from '../native/native-testing.ts';
import { createLog } from './log.ts';
import { notifySystemd, startWatchdog } from './systemd.ts';

/** What was asked of the C library and logged when systemd is told that we are ready. */
function notify(
  socketPath: string | undefined,
  { fd = 5, sent = 7 } = {},
): { calls: unknown[][]; lines: string[] } {
  const calls: unknown[][] = [];
  const lines: string[] = [];
  const c: Partial<Native['c']> = {
    socket: (...args) => {
      calls.push(['socket', ...args]);
      return fd;
    },
    sendto: (to, data, size, flags, address, addressSize) => {
      const bytes = (address as Buffer).subarray(0, addressSize);
      calls.push(['sendto', to, String(data), size, flags, bytes.readUInt16LE(0), bytes.toString('utf8', 2)]);
      return sent;
    },
    close: (closed) => {
      calls.push(['close', closed]);
      return 0;
    },
  };
  const log = createLog({
    level: 'info',
    format: 'logfmt',
    timestamps: false,
    write: (line) => lines.push(line),
  });
  notifySystemd(fakeNative({ c, errno: () => 2 }), log, socketPath, 'READY=1');
  return { calls, lines };
}

const opened = ['socket', 1, 0o2000002, 0]; // AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC

for (const [kind, path, address] of [
  ['file system', '/run/systemd/notify', '/run/systemd/notify'],
  ['abstract', '@notify', '\0notify'],
] as const) {
  test(`the state goes to a socket of the ${kind} as one datagram`, () => {
    assert.deepEqual(notify(path), {
      calls: [opened, ['sendto', 5, 'READY=1', 7, 0, 1, address], ['close', 5]],
      lines: [],
    });
  });
}

test('nobody is told who did not ask', () => {
  for (const path of [undefined, '']) assert.deepEqual(notify(path), { calls: [], lines: [] });
});

test('a failure is logged, and the socket closed', () => {
  const { calls, lines } = notify('/run/notify', { sent: -1 });
  assert.deepEqual(calls.at(-1), ['close', 5]);
  assert.deepEqual(lines, [
    `level=warn msg=${JSON.stringify('Cannot tell systemd "READY=1": ENOENT (no such file or directory)')}\n`,
  ]);
});

test('without a socket nothing is sent or closed', () => {
  const { calls, lines } = notify('/run/notify', { fd: -1 });
  assert.deepEqual(calls, [opened]);
  assert.equal(lines.length, 1);
});

describe('the watchdog', () => {
  /** What is told within `ms` milliseconds. */
  function watched(t: TestContext, env: NodeJS.ProcessEnv, ms: number): string[] {
    t.mock.timers.enable({ apis: ['setInterval'] });
    const states: string[] = [];
    const watchdog = startWatchdog((state) => states.push(state), env, 42);
    t.mock.timers.tick(ms);
    watchdog.close();
    t.mock.timers.tick(ms);
    return states;
  }

  test('is fed twice in each interval, until it is closed', (t) => {
    const fed = watched(t, { WATCHDOG_USEC: '2000000', WATCHDOG_PID: '42' }, 3500);
    assert.deepEqual(fed, ['WATCHDOG=1', 'WATCHDOG=1', 'WATCHDOG=1']);
  });

  for (const env of [{}, { WATCHDOG_USEC: '0' }, { WATCHDOG_USEC: '2000000', WATCHDOG_PID: '41' }]) {
    test(`is left alone with ${JSON.stringify(env)}`, (t) => assert.deepEqual(watched(t, env, 9000), []));
  }
});
