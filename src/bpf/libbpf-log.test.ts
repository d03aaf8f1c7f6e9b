import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Callback } from '../native/library.ts';
import { fakeNative } from '../native/native-testing.ts';
import { LibbpfLog } from './libbpf-log.ts';

/** A log over a libbpf that prints what the test says, and what the log did with it. */
function setUp(wanted?: Parameters<typeof LibbpfLog.open>[2]) {
  const lines: string[] = [];
  const calls: string[] = [];
  let text = '';
  let print = (_level: number): number | undefined => assert.fail();
  const callback: Callback = { pointer: 1n, release: () => calls.push('release') };
  const native = fakeNative({
    bpf: {
      libbpf_set_print: (fn) => {
        calls.push(fn === callback.pointer ? 'set' : 'unset');
        return null;
      },
    },
    c: {
      vsnprintf: (buffer, size) => {
        calls.push('format');
        (buffer as Buffer).write(text, 0, Math.min(Buffer.byteLength(text), size - 1));
        return Buffer.byteLength(text);
      },
    },
    read: (_pointer, length) => Buffer.alloc(length),
    callback: (_prototype, fn) => {
      print = (level) => (fn as (...args: unknown[]) => number | undefined)(level, 0n, 0n);
      return callback;
    },
  });
  const log = LibbpfLog.open(native, (level, line) => lines.push(`${level} ${line}`), wanted);
  return {
    log,
    lines,
    calls,
    print(level: number, message: string) {
      text = message;
      return print(level);
    },
  };
}

test("lines reach the log without libbpf's prefix, empty ones do not", () => {
  const { lines, print } = setUp();
  assert.equal(print(0, 'libbpf: a warning\n'), 18);
  print(1, 'libbpf: first\nsecond  \n\n');
  print(2, 'detail');
  print(9, 'new level');
  assert.deepEqual(lines, ['warn a warning', 'info first', 'info second', 'debug detail', 'debug new level']);
});

test('warnings of a captured operation go to the caller, the rest to the log', () => {
  const { log, lines, print } = setUp();
  const { result, warnings } = log.capture(() => {
    print(0, 'libbpf: why\nbecause\n');
    print(2, 'detail');
    return 7;
  });
  print(0, 'later');
  assert.equal(result, 7);
  assert.deepEqual(warnings, ['why', 'because']);
  assert.deepEqual(lines, ['debug detail', 'warn later']);
});

test('capturing ends when the operation throws', () => {
  const { log, lines, print } = setUp();
  const bug = new Error('bug');
  assert.throws(
    () =>
      log.capture(() => {
        throw bug;
      }),
    bug,
  );
  print(0, 'later');
  assert.deepEqual(lines, ['warn later']);
});

test('a long text is kept whole', () => {
  const { lines, print } = setUp();
  print(0, 'x'.repeat(100_000));
  assert.deepEqual(lines, [`warn ${'x'.repeat(100_000)}`]);
});

test('closing twice takes the function back once', () => {
  const { log, calls } = setUp();
  log.close();
  log.close();
  assert.deepEqual(calls, ['set', 'unset', 'release']);
});

test('lines that nobody wants are not even formatted, captured warnings are', () => {
  const { log, lines, calls, print } = setUp((level) => level === 'info');
  print(2, 'detail');
  print(0, 'a warning');
  assert.deepEqual([lines, calls.splice(0)], [[], ['set']]);
  print(1, 'first');
  assert.deepEqual([lines, calls.splice(0)], [['info first'], ['format']]);
  const { warnings } = log.capture(() => print(0, 'why'));
  assert.deepEqual([warnings, calls], [['why'], ['format']]);
});
