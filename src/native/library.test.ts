import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { type Native, openNative } from './library.ts';
import { libbpfMissing } from './native-testing.ts';
import { bpfCallSymbols, laterLibbpfSymbols, libbpfSymbols, libcSymbols } from './symbols.ts';

describe('the native layer', { skip: libbpfMissing() }, () => {
  const print = 'int (int level, void *format, void *arguments)';

  /** The level of every line that libbpf prints during an operation. */
  function levelsDuring(native: Native, operation: () => void): number[] {
    const levels: number[] = [];
    const callback = native.callback(print, (level: number) => levels.push(level));
    native.bpf.libbpf_set_print(callback.pointer);
    operation();
    native.bpf.libbpf_set_print(null);
    callback.release();
    return levels;
  }

  test('links every function of its tables', () => {
    const { bpf, c } = openNative();
    const known = { ...libbpfSymbols, ...laterLibbpfSymbols, ...bpfCallSymbols };
    assert.deepEqual(Object.keys(bpf).sort(), Object.keys(known).sort());
    assert.deepEqual(Object.keys(c), Object.keys(libcSymbols));
    for (const linked of [...Object.values(bpf), ...Object.values(c)])
      assert.equal(typeof linked, 'function');
  });

  test('is opened once', () => assert.equal(openNative(), openNative()));

  test('libbpf says its version', () => {
    assert.match(openNative().bpf.libbpf_version_string() ?? '', /^v1\.\d/);
  });

  test('memory at an address is read as text up to its end, or copied', () => {
    const native = openNative();
    const buffer = Buffer.from('grün\0rest');
    assert.equal(native.text(native.addressOf(buffer)), 'grün');
    const copy = native.read(native.addressOf(buffer), 3);
    buffer.fill(0);
    assert.deepEqual(copy, Buffer.from('gr\xc3', 'latin1'));
  });

  test('C writes into a buffer that it is given', () => {
    const { c } = openNative();
    const to = Buffer.alloc(4);
    c.memcpy(to, Buffer.from('abcd'), 3);
    assert.equal(to.toString('latin1'), 'abc\0');
  });

  test('errno is what the last call left', () => {
    const native = openNative();
    assert.equal(native.c.close(-1), -1);
    assert.equal(native.errno(), 9);
    assert.equal(native.c.if_nametoindex('nowhere'), 0);
    assert.equal(native.errno(), 19);
  });

  test('C calls back, with several callbacks of one prototype alive and after others were released', () => {
    const native = openNative();
    const other = native.callback(print, () => 0);
    for (let i = 0; i < 3; i++) {
      const levels = levelsDuring(native, () => {
        native.bpf.bpf_object__open_file('/nowhere.bpf.o', null);
      });
      assert.equal(levels.at(-1), 0); // a warning; newer releases say more before it
    }
    other.release();
  });

  test('a readable descriptor calls back until it is closed', async (t) => {
    const directory = mkdtempSync(join(tmpdir(), 'exporter-fifo-'));
    t.after(() => rmSync(directory, { recursive: true }));
    const path = join(directory, 'fifo');
    execFileSync('mkfifo', [path]);
    const fd = openSync(path, 'r+');
    t.after(() => closeSync(fd));
    let calls = 0;
    const read = (): void => {
      calls++;
      readSync(fd, Buffer.alloc(16));
    };
    const poll = openNative().onReadable(fd, read);
    const turns = async (): Promise<void> => {
      for (let i = 0; i < 10; i++) await new Promise((resolve) => setTimeout(resolve, 1));
    };
    await turns();
    assert.equal(calls, 0);
    writeSync(fd, 'x');
    await turns();
    assert.equal(calls, 1);
    poll.close();
    writeSync(fd, 'x');
    await turns();
    assert.equal(calls, 1);
  });
});
