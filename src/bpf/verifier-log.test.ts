import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readLoadFailure, verifierTail } from './verifier-log.ts';

test("the verifier's log is told from libbpf's own lines", () => {
  const failure = readLoadFailure([
    "prog 'trace_read': BPF program load failed: Permission denied",
    "prog 'trace_read': -- BEGIN PROG LOAD LOG --",
    '0: R1=ctx() R10=fp0',
    'invalid access to map value',
    'processed 12 insns (limit 1000000)',
    '-- END PROG LOAD LOG --',
    "prog 'trace_read': failed to load: -13",
    "failed to load object 'biolatency'",
  ]);
  assert.equal(failure.program, 'trace_read');
  assert.deepEqual(failure.reasons, [
    "prog 'trace_read': BPF program load failed: Permission denied",
    "prog 'trace_read': failed to load: -13",
    "failed to load object 'biolatency'",
  ]);
  assert.deepEqual(failure.verifierLog, [
    '0: R1=ctx() R10=fp0',
    'invalid access to map value',
    'processed 12 insns (limit 1000000)',
  ]);
});

test('a failure without a program and without a log has the reasons alone', () => {
  const lines = ["map 'counts': failed to create: -EPERM"];
  assert.deepEqual(readLoadFailure(lines), { program: undefined, reasons: lines, verifierLog: [] });
  assert.deepEqual(readLoadFailure([]), { program: undefined, reasons: [], verifierLog: [] });
});

test('a log that was cut off belongs to the verifier to its end', () => {
  assert.deepEqual(readLoadFailure(['-- BEGIN DUMP LOG --', 'a', 'b']).verifierLog, ['a', 'b']);
});

test('the tail is the end of the log without statistics', () => {
  const log = [
    'a',
    'b',
    'c',
    'processed 3 insns (limit 1000000)',
    'verification time 9 usec',
    'stack depth 0',
  ];
  assert.equal(verifierTail(log), '    a\n    b\n    c');
  assert.equal(verifierTail(log, 3), '    a\n    b\n    c');
  assert.equal(verifierTail(log, 2), '    ... 1 lines before\n    b\n    c');
  assert.equal(verifierTail([]), '');
});
