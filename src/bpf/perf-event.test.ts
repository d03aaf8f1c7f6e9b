import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fakeRoot } from '../kernel/root-testing.ts';
import { fakeNative } from '../native/native-testing.ts';
import { onlineCpus, openPerfEvent, parsePerfEventSection } from './perf-event.ts';

describe('a section', () => {
  const read: readonly [section: string, type: number, config: bigint, frequencyHz: bigint][] = [
    ['perf_event/type=0,config=3,frequency=100', 0, 3n, 100n],
    ['perf_event/frequency=1,type=1,config=0', 1, 0n, 1n],
    ['perf_event/type=4, config=0x1B7 ,frequency=99', 4, 0x1b7n, 99n],
    ['perf_event/type=0,config=0xffffffffffffffff,frequency=1', 0, 0xffffffffffffffffn, 1n],
  ];
  for (const [section, type, config, frequencyHz] of read) {
    test(`${section} is understood`, () =>
      assert.deepEqual(parsePerfEventSection(section), { type, config, frequencyHz }));
  }

  const refused: readonly [section: string, problem: string][] = [
    ['perf_event/', '"" is not understood'],
    ['perf_event/type=0,config=0', 'lacks frequency'],
    ['perf_event/frequency=9', 'lacks type, config'],
    ['perf_event/type=cpu,config=0,frequency=9', '"type=cpu" is not understood'],
    ['perf_event/type=0,type=1,config=0,frequency=9', '"type=1" is not understood'],
    ['perf_event/type=0,config=0,period=9', '"period=9" is not understood'],
    ['perf_event/type=0,config=0,frequency=-9', '"frequency=-9" is not understood'],
    ['perf_event/type=0,config=0,frequency=9,', '"" is not understood'],
    ['perf_event/type=4294967296,config=0,frequency=9', '"type=4294967296" is not understood'],
    [
      'perf_event/type=0,config=0x10000000000000000,frequency=9',
      '"config=0x10000000000000000" is not understood',
    ],
  ];
  for (const [section, problem] of refused) {
    test(`${section} is refused: ${problem}`, () =>
      assert.ok(String(parsePerfEventSection(section)).includes(problem)));
  }
});

const online: readonly [text: string, cpus: number[]][] = [
  ['0\n', [0]],
  ['0-3\n', [0, 1, 2, 3]],
  ['0-1,4,8-9\n', [0, 1, 4, 8, 9]],
  ['2,5\n', [2, 5]],
];
for (const [text, cpus] of online) {
  test(`online CPUs ${text.trim()} are ${cpus.join(' ')}`, () =>
    assert.deepEqual(onlineCpus(fakeRoot({ 'sys/devices/system/cpu/online': text }).path), cpus));
}

describe('perf_event_open', () => {
  const event = { type: 1, config: 0x1b7n, frequencyHz: 99n };

  test('samples all threads of the CPU at the frequency', () => {
    const calls: unknown[][] = [];
    const native = fakeNative({
      c: {
        syscall: (number, attr, ...rest) => {
          const bytes = attr as Buffer;
          calls.push([
            number,
            bytes.readUInt32LE(0),
            bytes.readUInt32LE(4),
            bytes.readBigUInt64LE(8),
            bytes.readBigUInt64LE(16),
            bytes.readBigUInt64LE(40),
            ...rest,
          ]);
          return 7;
        },
      },
    });
    assert.equal(openPerfEvent(native, event, 3), 7);
    const number = process.arch === 'arm64' ? 241 : 298;
    assert.deepEqual(calls, [[number, 1, 128, 0x1b7n, 99n, 1n << 10n, -1, 3, -1, 8]]);
  });

  test('that fails gives the errno below zero', () => {
    const native = fakeNative({ c: { syscall: () => -1 }, errno: () => 2 });
    assert.equal(openPerfEvent(native, event, 3), -2);
  });
});
