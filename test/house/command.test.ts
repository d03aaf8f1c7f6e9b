import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, describe, test } from 'node:test';
import { Script } from 'node:vm';

const root = join(import.meta.dirname, '../..');
const command = join(root, 'bin/ebpf_exporter');

describe('bin/ebpf_exporter', () => {
  const directory = mkdtempSync(join(tmpdir(), 'ebpf_exporter-'));
  after(() => rmSync(directory, { recursive: true }));

  /** A checkout whose main.ts prints its arguments, and the tools that the command may find on PATH. */
  function checkout(name: string, ...nodes: readonly string[]): { command: string; path: string } {
    const root = join(directory, name);
    for (const part of ['bin', 'src', 'path']) mkdirSync(join(root, part), { recursive: true });
    copyFileSync(command, join(root, 'bin/ebpf_exporter'));
    copyFileSync(join(dirname(command), 'bundled.cjs'), join(root, 'bin/bundled.cjs'));
    writeFileSync(
      join(root, 'src/main.ts'),
      'console.log(JSON.stringify(process.argv.slice(2) as string[]));',
    );
    for (const tool of ['readlink', 'dirname', 'uname']) {
      symlinkSync(join('/usr/bin', tool), join(root, 'path', tool));
    }
    for (const node of nodes) {
      mkdirSync(join(root, dirname(node)), { recursive: true });
      symlinkSync(process.execPath, join(root, node));
    }
    return { command: join(root, 'bin/ebpf_exporter'), path: join(root, 'path') };
  }

  function run(file: string, path: string): { status: number | null; stdout: string; stderr: string } {
    return spawnSync(file, ['--a=b c', ''], { cwd: '/', env: { PATH: path }, encoding: 'utf8' });
  }

  const passed = { status: 0, stdout: '["--a=b c",""]\n', stderr: '' };
  const pinned = `node_modules/node-linux-${process.arch}/bin/node`;

  test('runs on the pinned Node.js, through a symbolic link, from any directory, and says nothing of its own', () => {
    const { command, path } = checkout('pinned', pinned);
    const link = join(directory, 'link');
    symlinkSync(command, link);
    const { status, stdout, stderr } = run(link, path);
    assert.deepEqual({ status, stdout, stderr }, passed);
  });

  test("leaves the debugger's options of the environment out, and says so", () => {
    const { command, path } = checkout('debugger', pinned);
    writeFileSync(
      join(dirname(command), '../src/main.ts'),
      `console.log(JSON.stringify([process.env.NODE_OPTIONS, process.execArgv.includes('--disable-sigusr1'), process.getBuiltinModule('node:inspector').url() ?? null]));`,
    );
    const env = { PATH: path, NODE_OPTIONS: '--inspect=0 --no-warnings --inspect-publish-uid=http' };
    const { stdout, stderr } = spawnSync(command, { env, encoding: 'utf8' });
    assert.equal(stdout, '[" --no-warnings",true,null]\n');
    assert.equal(
      stderr,
      'ebpf_exporter: NODE_OPTIONS: --inspect=0 is left out\nebpf_exporter: NODE_OPTIONS: --inspect-publish-uid=http is left out\n',
    );
  });

  describe('with a bundle', () => {
    const { command, path } = checkout('bundle', pinned);
    const source = join(dirname(command), '../src/main.ts');
    const bundle = join(dirname(command), '../build/ebpf_exporter.cjs');
    mkdirSync(dirname(bundle));
    const programOf = ({ status, stdout, stderr }: ReturnType<typeof run>): string => {
      assert.deepEqual([status, stderr], [0, '']);
      return stdout.startsWith('bundle') ? stdout.trim() : 'source';
    };
    const write = (id: string, text: string): void =>
      writeFileSync(
        bundle,
        `// ${id.repeat(64)}\n(function (require, __filename) { console.log('bundle', ${text}); })`,
      );
    const save = (): void => {
      const env = { PATH: path, EBPF_EXPORTER_SAVE_BYTECODE: '1' };
      assert.equal(spawnSync(command, { env }).status, 0);
    };

    test('runs that', () => {
      write('a', 'typeof require, __filename');
      assert.equal(programOf(run(command, path)), `bundle function ${bundle}`);
    });

    test('saves its bytecode when asked, and runs it from then on', () => {
      write('a', '1');
      save();
      write('a', '2'); // of the same ID and length: only bytecode can say 1 now
      assert.equal(programOf(run(command, path)), 'bundle 1');
    });

    test('does without the bytecode of another bundle', () => {
      write('b', '3');
      assert.equal(programOf(run(command, path)), 'bundle 3');
    });

    test('does without bytecode that is not whole, or not bytecode', () => {
      write('c', '4');
      save();
      const whole = readFileSync(`${bundle}.bytecode`);
      const zeros = Buffer.alloc(whole.length / 2);
      const id = 'c'.repeat(64);
      write('c', '5');
      for (const broken of [
        whole.subarray(0, -70),
        Buffer.concat([whole.subarray(0, -zeros.length), zeros]),
        '',
        `${id}something else${id}`,
      ]) {
        writeFileSync(`${bundle}.bytecode`, broken);
        assert.equal(programOf(run(command, path)), 'bundle 5');
      }
    });

    const later = new Date(Date.now() + 3_600_000); // whatever the tests before take

    test('runs that still when a test or its helper is newer', () => {
      for (const name of ['main.test.ts', 'main-testing.ts']) {
        writeFileSync(join(dirname(source), name), '');
        utimesSync(join(dirname(source), name), later, later);
      }
      assert.match(programOf(run(command, path)), /^bundle/);
    });

    test('runs the sources when one of them is newer', () => {
      utimesSync(source, later, later);
      assert.equal(programOf(run(command, path)), 'source');
    });
  });

  test('runs from a directory that it may not enter, by a link to the directory it is in', () => {
    const { command, path } = checkout('closed', pinned);
    const link = join(directory, 'commands');
    symlinkSync(dirname(command), link);
    const closed = join(directory, 'here');
    mkdirSync(closed);
    chmodSync(directory, 0o711);
    const asNobody = `cd ${closed} && chmod 000 . && exec setpriv --reuid=65534 --clear-groups --bounding-set=-all`;
    const { status, stdout, stderr } = spawnSync(
      'sh',
      ['-c', `${asNobody} ${link}/ebpf_exporter "--a=b c" ""`],
      { env: { PATH: `${path}:/usr/bin:/bin` }, encoding: 'utf8' },
    );
    assert.deepEqual({ status, stdout, stderr }, passed);
  });

  test('falls back to the Node.js of PATH', () => {
    const { command, path } = checkout('path', 'node_modules/none', 'path/node');
    const { status, stdout, stderr } = run(command, path);
    assert.deepEqual({ status, stdout, stderr }, passed);
  });

  test('refuses an old Node.js and names it', () => {
    const { command, path } = checkout('old', 'node_modules/none');
    writeFileSync(join(path, 'node'), '#!/bin/sh\n[ "$1" = --version ] && echo v20.1.0\n', { mode: 0o755 });
    const { status, stderr } = run(command, path);
    assert.equal(status, 1);
    assert.match(stderr, /Node\.js >= 22\.18 is needed.* has none for \w+, and \S+\/node is v20\.1\.0\.\n$/);
  });

  test('says that there is no Node.js at all', () => {
    const { command, path } = checkout('none', 'node_modules/none');
    const { status, stderr } = run(command, path);
    assert.equal(status, 1);
    assert.match(stderr, /Node\.js >= 22\.18 is needed.*, and PATH has none\.\n$/);
  });

  test('asks for the set-up in a checkout without npm packages', () => {
    const { command, path } = checkout('bare', 'path/node');
    const { status, stderr } = run(command, path);
    assert.equal(status, 1);
    assert.match(stderr, /npm packages are missing.*npm run setup\n$/);
  });

  test('asks for it in words that a shell takes, whatever the directory is called', () => {
    const { command, path } = checkout("o'neil's dir", 'path/node');
    const { stderr } = run(command, path);
    const hint = /Run this first: (cd .*) && npm run setup\n$/.exec(stderr)?.[1];
    const { stdout } = spawnSync('sh', ['-c', `${hint} && pwd`], { encoding: 'utf8' });
    assert.equal(stdout, `${join(directory, "o'neil's dir")}\n`, stderr);
  });
});

describe('The set-up', () => {
  test('left bytecode that V8 takes', () => {
    const bundle = join(root, 'build/ebpf_exporter.cjs');
    const file = readFileSync(`${bundle}.bytecode`);
    const cachedData = file.subarray(64, -64);
    const text = readFileSync(bundle, 'latin1');
    assert.equal(file.toString('latin1', 0, 64), text.slice(3, 67));
    const script = new Script(text, { cachedData });
    assert.equal(script.cachedDataRejected, false);
    assert.ok(cachedData.length > 200_000, `${cachedData.length} bytes are not a run with scrapes`);
  });
});
