import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readLoadFailure, verifierReport } from './verifier-log.ts';

test("the verifier's log is told from libbpf's own lines, and has no statistics", () => {
  const failure = readLoadFailure([
    "prog 'trace_read': BPF program load failed: Permission denied",
    "prog 'trace_read': -- BEGIN PROG LOAD LOG --",
    '0: R1=ctx() R10=fp0',
    'invalid access to map value',
    'processed 12 insns (limit 1000000)',
    'verification time 9 usec',
    'stack depth 0',
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
  assert.deepEqual(failure.verifierLog, ['0: R1=ctx() R10=fp0', 'invalid access to map value']);
});

test('a failure without a program and without a log has the reasons alone', () => {
  const lines = ["map 'counts': failed to create: -EPERM"];
  assert.deepEqual(readLoadFailure(lines), { program: undefined, reasons: lines, verifierLog: [] });
  assert.deepEqual(readLoadFailure([]), { program: undefined, reasons: [], verifierLog: [] });
});

test('a log that was cut off belongs to the verifier to its end', () => {
  assert.deepEqual(readLoadFailure(['-- BEGIN DUMP LOG --', 'a', 'b']).verifierLog, ['a', 'b']);
});

test('of a log, the end is shown', () => {
  const end = '  The end of the verifier log:';
  assert.deepEqual(verifierReport(['a', 'b', 'c'], 3), [end, '    a', '    b', '    c']);
  assert.deepEqual(verifierReport(['a', 'b', 'c'], 2), [end, '    ... 1 lines before', '    b', '    c']);
  assert.deepEqual(verifierReport([]), []);
});

test('of a log with a report, as Linux 7.3 writes it, the report is shown whole', () => {
  const report = [
    'R0 !read_ok',
    'Verification failed: Register Type Safety: Unreadable register',
    'Reason:',
    '  R0 has never been initialized on this path, so the verifier cannot use it as an input.',
    'At:',
    '  insn 0',
    '        | ^-- error: R0 is not readable',
    '  Instruction context:',
    '  >>> 0 | (95) exit',
    'Causal path:',
    '  no retained diagnostic events on this path',
    'Suggestion:',
    '  Initialize R0 on every path before this instruction.',
  ];
  assert.deepEqual(verifierReport(['0: R1=ctx() R10=fp0', '0: (95) exit', ...report]), [
    '  What the verifier says:',
    ...report.map((line) => `    ${line}`),
  ]);
});
