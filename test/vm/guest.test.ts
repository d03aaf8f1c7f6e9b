import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type End, startGuest } from './guest.ts';
import { fetchKernel, type Kernel, Unavailable } from './kernel-store.ts';
import { root } from './place.ts';
import { missingForGuests } from './skip.ts';

let kernel: Kernel | undefined;
let missing = missingForGuests();
if (missing === undefined) {
  try {
    kernel = await fetchKernel('6.12', console.log);
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    missing = error.message;
  }
}

describe('a guest', { skip: missing ?? false }, () => {
  it('runs a command to its end, with its output and exit code', async () => {
    const { end, stdout, stderr } = await run('uname -r; echo aside >&2; sleep 100 & exit 7');
    assert.deepEqual(end, { how: 'exit', code: 7 });
    assert.deepEqual({ stdout, stderr }, { stdout: `${kernel!.release}\n`, stderr: 'aside\n' });
  });

  it('ends when its kernel panics, and tells what the console said', async () => {
    const { end } = await run('echo c > /proc/sysrq-trigger; sleep 100');
    assert.equal(end.how === 'failure' && end.reason, 'the kernel panicked: sysrq triggered crash');
    assert.match(end.how === 'failure' ? end.console.join('\n') : '', /sysrq_handle_crash/);
  });

  it('is ended when its job hangs', async () => {
    const { end } = await run('while :; do :; done', 2000);
    assert.equal(end.how === 'failure' && end.reason, 'the job took longer than 2 s');
  });

  for (const moment of ['while it boots', 'while it works'] as const) {
    it(`ends with the process that runs it, should that be killed ${moment}`, async () => {
      const args = [join(root, 'test/vm/command.ts'), 'echo at work >&2; sleep 100'];
      const runner = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
      let stderr = '';
      runner.stderr.setEncoding('utf8').on('data', (text) => {
        stderr += text;
      });
      const closed = once(runner, 'close');
      const [guest] = await until(() => childrenOf(runner.pid!).filter(({ name }) => /^qemu/.test(name)));
      if (moment === 'while it works') await until(() => (stderr.includes('at work') ? [stderr] : []));
      runner.kill('SIGKILL');
      await closed;
      await until(() => (processes().some(({ pid }) => pid === guest!.pid) ? [] : ['gone']));
    });
  }
});

async function run(script: string, jobLimitMs = 0): Promise<{ end: End; stdout: string; stderr: string }> {
  const output = { stdout: '', stderr: '' };
  const guest = startGuest({
    kernel: kernel!,
    job: { kind: 'command', script },
    bootLimitMs: 120_000,
    jobLimitMs,
    onBooted: () => undefined,
    onOutput: (stream, bytes) => {
      output[stream] += bytes;
    },
  });
  return { end: await guest.ended, ...output };
}

type Process = { readonly pid: number; readonly parent: number; readonly name: string };

function childrenOf(pid: number): Process[] {
  return processes().filter(({ parent }) => parent === pid);
}

function processes(): Process[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const [, name = '', state, parent] =
          /\((.*)\) (\S) (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
        const ended = state === 'Z'; // and waits for its parent to ask how
        return ended ? [] : [{ pid: Number(pid), parent: Number(parent), name }];
      } catch {
        return []; // It has ended meanwhile.
      }
    });
}

/** Asks until there is an answer. */
async function until<T>(ask: () => readonly T[]): Promise<readonly T[]> {
  for (const deadline = performance.now() + 60_000; performance.now() < deadline; await sleep(50)) {
    const answer = ask();
    if (answer.length > 0) return answer;
  }
  throw new Error('waited 60 s in vain');
}
