import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import type { Duplex } from 'node:stream';
import { architectureOf } from './architectures.ts';
import { Console } from './console.ts';
import { makeInitramfs } from './initramfs.ts';
import type { Kernel } from './kernel-store.ts';
import { qemuArguments } from './qemu.ts';
import { temporaryFile } from './temporary-file.ts';

export type Job = {
  /** `command`: output comes separately, input is empty. `terminal`: all three are the terminal. */
  readonly kind: 'command' | 'terminal';
  /** For the guest's /bin/sh. */
  readonly script: string;
};

/** How a guest ended. */
export type End =
  | { readonly how: 'exit'; readonly code: number }
  | { readonly how: 'failure'; readonly reason: string; readonly console: readonly string[] };

export type GuestOptions = {
  readonly kernel: Kernel;
  readonly job: Job;
  readonly bootLimitMs: number;
  /** From the start of the job; 0 is none. */
  readonly jobLimitMs: number;
  readonly onBooted: () => void;
  readonly onOutput: (stream: 'stdout' | 'stderr', bytes: Buffer) => void;
  /** Gets the guest's terminal, for jobs of that kind. */
  readonly onTerminal?: (terminal: Duplex) => void;
};

export type Guest = {
  readonly ended: Promise<End>;
  /** Ends it at once. */
  kill(reason: string): void;
};

const scratchDiskBytes = 1 << 30;
const cpus = 2;
const memoryMiB = 2048;
const consoleLines = 40;

/** Boots a kernel that runs one job, on the host's root file system or that of its architecture, and ends with it. */
export function startGuest(options: GuestOptions): Guest {
  const console = new Console();
  const qemu = startQemu(options);
  const [, stdout, stderr, control, jobStdout, jobStderr, terminal] =
    qemu.stdio as unknown as readonly Duplex[];
  let failure: string | undefined;
  let code: number | undefined;
  const kill = (reason: string): void => {
    failure ??= reason;
    qemu.kill('SIGKILL');
  };
  const limit = (ms: number, what: string): NodeJS.Timeout =>
    setTimeout(() => kill(`${what} took longer than ${ms / 1000} s`), ms);

  let timer = limit(options.bootLimitMs, 'booting');
  onLine(control!, (line) => {
    if (line === 'ready') {
      clearTimeout(timer);
      if (options.jobLimitMs > 0) timer = limit(options.jobLimitMs, 'the job');
      options.onBooted();
      const { kind, script } = options.job;
      control!.write(`${kind} ${Buffer.from(script).toString('base64')}\n`);
    } else {
      code = Number(/^exit (\d+)$/.exec(line)?.[1] ?? Number.NaN);
    }
  });
  for (const stream of [stdout, stderr]) {
    stream!.setEncoding('utf8').on('data', (text: string) => console.write(text));
  }
  jobStdout!.on('data', (bytes: Buffer) => options.onOutput('stdout', bytes));
  jobStderr!.on('data', (bytes: Buffer) => options.onOutput('stderr', bytes));
  // A socket whose other end QEMU has closed; its exit says the rest.
  for (const stream of [control, jobStdout, jobStderr, terminal]) stream!.on('error', () => undefined);
  if (options.job.kind === 'terminal') options.onTerminal?.(terminal!);

  const ended = new Promise<End>((resolve, reject) => {
    qemu.on('error', reject);
    qemu.on('close', (status, signal) => {
      clearTimeout(timer);
      if (failure === undefined && code !== undefined) return resolve({ how: 'exit', code });
      const reason =
        failure ??
        (console.panic === undefined
          ? `QEMU ended with ${signal ?? `exit code ${status}`} before the job did`
          : `the kernel panicked: ${console.panic}`);
      resolve({ how: 'failure', reason, console: console.tail(consoleLines) });
    });
  });
  return { ended, kill };
}

/** QEMU lives no longer than this process, however that ends. */
function startQemu({ kernel }: GuestOptions): ChildProcess {
  const architecture = architectureOf(kernel.release);
  const initramfs = temporaryFile(makeInitramfs(kernel));
  const scratchDisk = temporaryFile({ size: scratchDiskBytes });
  const machine = {
    architecture,
    root: kernel.root,
    vmlinuz: kernel.vmlinuz,
    initramfs: '/proc/self/fd/7',
    scratchDisk: '/proc/self/fd/8',
    cpus,
    memoryMiB,
  };
  const command = [architecture.qemu, ...qemuArguments(machine)];
  try {
    return spawn('setpriv', ['--pdeathsig', 'KILL', ...command], {
      stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe', 'pipe', 'pipe', initramfs, scratchDisk],
    });
  } finally {
    closeSync(initramfs);
    closeSync(scratchDisk);
  }
}

function onLine(stream: Duplex, take: (line: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop()!;
    for (const line of lines) take(line);
  });
}
