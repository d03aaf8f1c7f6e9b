import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

const finish = join(import.meta.dirname, '../../setup/finish.mjs');

for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
  test(`${signal} while a step of the set-up runs a command ends both`, async () => {
    const script = `
      const { finish } = await import(${JSON.stringify(finish)});
      await finish('sleep', ['60']);
      console.log('went on');`;
    const setup = spawn(process.execPath, ['--input-type=module', '--eval', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let printed = '';
    setup.stdout.setEncoding('utf8').on('data', (text) => {
      printed += text;
    });
    const command = await childOf(setup.pid!);
    setup.kill(signal);
    const [code, by] = await once(setup, 'close');
    assert.deepEqual({ code, by, printed }, { code: null, by: signal, printed: '' });
    assert.ok(!existsSync(`/proc/${command}`));
  });
}

/** The process that it started, once it is what it is to be. */
async function childOf(pid: number): Promise<number> {
  for (;;) {
    const [child] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
    if (child !== undefined && readFileSync(`/proc/${child}/comm`, 'utf8') === 'sleep\n')
      return Number(child);
    await sleep(10);
  }
}
