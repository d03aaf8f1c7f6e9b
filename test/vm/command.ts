import type { Duplex } from 'node:stream';
import { parseArguments, UsageError } from './arguments.ts';
import { type Job, startGuest } from './guest.ts';
import { guestEnvironment } from './guest-environment.ts';
import { fetchKernel, Unavailable } from './kernel-store.ts';
import { root } from './place.ts';
import { commandOf, commandScript } from './shell.ts';
import { Signals } from './signals.ts';
import { missingForGuests } from './skip.ts';

const defaultKernel = '6.12';
const bootLimitMs = 120_000;

process.exitCode = await main(process.argv.slice(2));

/** Runs one command, or a shell, in a kernel. Returns its exit code. */
async function main(args: readonly string[]): Promise<number> {
  const signals = new Signals();
  try {
    const { kernels, timeLimitSeconds = 0, rest } = parseArguments(args, { command: true });
    const missing = missingForGuests();
    if (missing !== undefined) throw new Unavailable(missing);
    const kernel = await fetchKernel(kernels.at(-1) ?? defaultKernel, console.error);
    const start = performance.now();
    const guest = startGuest({
      kernel,
      job: rest.length > 0 ? command(rest) : shell(),
      bootLimitMs,
      jobLimitMs: timeLimitSeconds * 1000,
      onBooted: () =>
        console.error(
          `Linux ${kernel.release} booted in ${((performance.now() - start) / 1000).toFixed(1)} s`,
        ),
      onOutput: (stream, bytes) => process[stream].write(bytes),
      onTerminal: connectTerminal,
    });
    const end = await signals.hold(guest);
    if (end.how === 'exit') return end.code;
    console.error(
      `${end.console.map((line) => `console: ${line}\n`).join('')}Linux ${kernel.release}: ${end.reason}`,
    );
    return signals.exitCode ?? 1;
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof Unavailable)) throw error;
    console.error(error.message);
    return 1;
  } finally {
    process.stdin.destroy(); // its reading would keep us here
    if (process.stdin.isTTY) process.stdin.setRawMode(false);
  }
}

function command(args: readonly string[]): Job {
  const script = commandScript(commandOf(args), { directory: root, env: guestEnvironment });
  return { kind: 'command', script };
}

function shell(): Job {
  const { columns = 80, rows = 24 } = process.stdout;
  const env = { ...guestEnvironment, TERM: process.env.TERM ?? 'dumb' };
  const script = `stty columns ${columns} rows ${rows}; exec "$(command -v bash || echo sh)" -i`;
  return { kind: 'terminal', script: commandScript(script, { directory: root, env }) };
}

/** Our terminal becomes the guest's: it gets every key, interrupts included. */
function connectTerminal(terminal: Duplex): void {
  if (process.stdin.isTTY) process.stdin.setRawMode(true);
  process.stdin.on('data', (bytes) => terminal.write(bytes));
  process.stdin.on('end', () => terminal.write('\x04'));
  terminal.on('data', (bytes) => process.stdout.write(bytes));
}
