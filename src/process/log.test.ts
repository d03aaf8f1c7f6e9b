import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ExporterError } from '../errors.ts';
import { createLog, type Log, rateLimited, writeError } from './log.ts';

function logTo(lines: string[], options: Partial<Parameters<typeof createLog>[0]> = {}): Log {
  const write = (line: string): number => lines.push(line);
  return createLog({ level: 'info', format: 'logfmt', timestamps: false, write, ...options });
}

test('writes time, level and message', () => {
  const lines: string[] = [];
  logTo(lines, { timestamps: true }).warn('disk is full');
  assert.match(lines[0]!, /^time=\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z level=warn msg="disk is full"\n$/);
});

test('leaves the time away when asked', () => {
  const lines: string[] = [];
  logTo(lines).error('no such file');
  assert.deepEqual(lines, ['level=error msg="no such file"\n']);
});

test('drops what is below its level', () => {
  const lines: string[] = [];
  for (const level of ['debug', 'info', 'warn', 'error'] as const) {
    const log = logTo(lines, { level });
    for (const one of ['debug', 'info', 'warn', 'error'] as const) log[one](`${one}-at-${level}`);
  }
  assert.deepEqual(
    lines.map((line) => /msg=(\S+)/.exec(line)?.[1]),
    [
      ...['debug-at-debug', 'info-at-debug', 'warn-at-debug', 'error-at-debug'],
      ...['info-at-info', 'warn-at-info', 'error-at-info', 'warn-at-warn', 'error-at-warn', 'error-at-error'],
    ],
  );
});

test('quotes a value that has blanks, quotes or control characters', () => {
  const lines: string[] = [];
  const log = logTo(lines);
  log.info('plain');
  log.info('map "a=b"\tis\u0007 C:\\x', { code: 'map_read' });
  log.info('');
  assert.deepEqual(lines, [
    'level=info msg=plain\n',
    'level=info msg="map \\"a=b\\"\\tis\\u0007 C:\\\\x" code=map_read\n',
    'level=info msg=""\n',
  ]);
});

test('writes each line of a message as a line that can be read alone', () => {
  const lines: string[] = [];
  logTo(lines).error('Cannot load\n  the end', { code: 'object_load' });
  assert.deepEqual(lines, [
    'level=error msg="Cannot load" code=object_load\nlevel=error msg="  the end" code=object_load\n',
  ]);
});

test('writes an event as one line of JSON', () => {
  const lines: string[] = [];
  logTo(lines, { format: 'json' }).error('Cannot load\n  the end', { code: 'object_load' });
  logTo(lines, { format: 'json', timestamps: true }).info('x');
  assert.equal(lines[0], '{"level":"error","msg":"Cannot load\\n  the end","code":"object_load"}\n');
  assert.deepEqual(Object.keys(JSON.parse(lines[1]!)), ['time', 'level', 'msg']);
});

test('writes an error with its code', () => {
  const lines: string[] = [];
  writeError(logTo(lines).warn, new ExporterError('map_read', 'no'), 'Config "a": ');
  assert.deepEqual(lines, ['level=warn msg="Config \\"a\\": no" code=map_read\n']);
});

test('a rate limited message passes a few times and then says how many were held back', () => {
  const lines: string[] = [];
  let now = 0;
  const write = (line: string, fields?: object): number => lines.push(`${line} ${JSON.stringify(fields)}`);
  const log = rateLimited(write, { burst: 2, intervalMs: 1000, now: () => now });
  for (let i = 0; i < 5; i++) log(`bad ${i}`, { code: 'decode' });
  now = 1000;
  log('bad 5', { code: 'decode' });
  assert.deepEqual(lines, [
    'bad 0 {"code":"decode"}',
    'bad 1 {"code":"decode"}',
    'bad 5 (3 more like this were not logged) {"code":"decode"}',
  ]);
});
