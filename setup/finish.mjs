import { spawn } from 'node:child_process';

/**
 * Runs a command of a set-up step to its end. A signal that would end us ends it first: no npm or apt goes on behind the
 * back of who stopped the set-up.
 * @param {string} command
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 * @returns {Promise<{ok: boolean, stdout: string, stderr: string}>} `stderr` says so when it could not be started
 */
export function finish(command, args, options) {
  return new Promise((resolve) => {
    /** @type {NodeJS.Signals | undefined} */
    let ending;
    /** @param {NodeJS.Signals} signal */
    const end = (signal) => {
      ending = signal;
      child.kill(signal);
    };
    for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.on(signal, end);
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      stderr += text;
    });
    /** @param {boolean} ok */
    const done = (ok) => {
      for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.off(signal, end);
      if (ending !== undefined)
        process.kill(process.pid, ending); // nobody listens now: it ends us
      else resolve({ ok, stdout, stderr });
    };
    child.on('error', (error) => {
      stderr += `${error.message}\n`;
      done(false);
    });
    child.on('close', (code) => {
      if (child.pid !== undefined) done(code === 0);
    });
  });
}
