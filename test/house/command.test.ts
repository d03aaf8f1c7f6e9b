import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, describe, test } from 'node:test';

const command = join(import.meta.dirname, '../../bin/ebpf_exporter');

describe('bin/ebpf_exporter', () => {
  const directory = mkdtempSync(join(tmpdir(), 'ebpf_exporter-'));
  after(() => rmSync(directory, { recursive: true }));

  /** A checkout whose main.ts prints its arguments, and the tools that the command may find on PATH. */
  function checkout(name: string, ...nodes: readonly string[]): { command: string; path: string } {
    const root = join(directory, name);
    for (const part of ['bin', 'src', 'path']) mkdirSync(join(root, part), { recursive: true });
    copyFileSync(command, join(root, 'bin/ebpf_exporter'));
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
});
