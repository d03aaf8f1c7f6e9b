import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';

const helper = mkdtempSync(join(tmpdir(), 'setuid-'));
process.once('exit', () => rmSync(helper, { recursive: true }));

/**
 * A program that hands over to itself, keeping what its first argument says, as the user of its second one. Printed is
 * what the second process sees of itself.
 */
const program = `
import { openSync, readdirSync, readFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { openNative } from '${import.meta.dirname}/../native/library.ts';
import { parseCapabilities } from '${import.meta.dirname}/capabilities.ts';
import { handOver, takeOver } from '${import.meta.dirname}/hand-over.ts';
import { dropForExec } from '${import.meta.dirname}/privileges.ts';
import { restrictSystemCalls } from '${import.meta.dirname}/seccomp.ts';
import { findUser } from '${import.meta.dirname}/user.ts';

const [keep, name] = process.argv.slice(1);
const native = openNative();
const before = takeOver();
if (before === undefined) {
  const file = openSync('/etc/shadow', 'r');
  const user = name === undefined ? undefined : findUser(native, name);
  handOver(native, {
    state: { pid: process.pid, file, big: 2n ** 60n },
    descriptors: [file],
    beforeExec: () => dropForExec(native, { keep: parseCapabilities(keep), user }),
  });
}
const statuses = readdirSync('/proc/self/task').map((task) => readFileSync('/proc/self/task/' + task + '/status', 'utf8'));
const of = (name) => [...new Set(statuses.map((text) => new RegExp('^' + name + ':\\\\s*(.*)$', 'm').exec(text)[1]))];
const helper = spawnSync(${JSON.stringify(join(helper, 'id'))}, ['-u'], { encoding: 'utf8' }).stdout.trim();
restrictSystemCalls(native, { loading: false });
console.log(JSON.stringify({
  samePid: before.pid === process.pid,
  big: String(before.big),
  readsInherited: readFileSync(before.file, 'utf8').startsWith('root:'),
  capabilities: ['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb'].map(of),
  noNewPrivs: of('NoNewPrivs'),
  uid: process.getuid(),
  groups: process.getgroups(),
  setuidHelperRunsAs: helper,
  execRefused: spawnSync('/bin/true').error?.code,
  variable: process.env.EBPF_EXPORTER_STATE_FD ?? null,
  listen: process.env.LISTEN_FDS ?? null,
}));`;

function run(...args: string[]): Record<string, unknown> {
  copyFileSync('/usr/bin/id', join(helper, 'id'));
  chmodSync(helper, 0o755);
  chmodSync(join(helper, 'id'), 0o4755);
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', '--input-type=module', '--eval', program, '--', ...args],
    { encoding: 'utf8', env: { ...process.env, LISTEN_FDS: '1' } },
  );
  assert.equal(stderr, '');
  return JSON.parse(stdout);
}

const kept = (set: string) => Array.from({ length: 5 }, () => [set]);

const skip = process.getuid?.() === 0 ? false : 'only root has privileges to drop';

describe('hand-over by execve', { skip }, () => {
  const always = {
    samePid: true,
    big: String(2n ** 60n),
    readsInherited: true,
    noNewPrivs: ['1'],
    execRefused: 'EPERM',
    variable: null,
    listen: null,
  };

  test('as root with nothing kept, no thread can do anything', () => {
    assert.deepEqual(run('none'), {
      ...always,
      capabilities: kept('0000000000000000'),
      uid: 0,
      groups: [0],
      setuidHelperRunsAs: '0',
    });
  });

  test('as another user, with just what was named, and a setuid helper gains nothing', () => {
    assert.deepEqual(run('cap_perfmon,cap_bpf', 'nobody'), {
      ...always,
      capabilities: kept('000000c000000000'),
      uid: 65534,
      groups: [65534],
      setuidHelperRunsAs: '65534',
    });
  });
});
