import { type SpawnOptions, spawn } from 'node:child_process';
import { atExit } from './at-exit.ts';

export type Ended = {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
};

/** Runs a command to its end, given some standard input. */
export async function run(command: string, args: readonly string[], input = ''): Promise<Ended> {
  const running = start(command, args, { stdio: 'pipe' });
  running.child.stdin?.on('error', () => undefined).end(input); // a command need not read it
  return running.ended;
}

/** As `run`, for commands that have to succeed: what they print. */
export async function output(command: string, args: readonly string[], input = ''): Promise<string> {
  const { code, stdout, stderr } = await run(command, args, input);
  if (code !== 0) throw new Error(`${command} ${args.join(' ')}: exit code ${code}\n${stderr}${stdout}`);
  return stdout;
}

export type Running = {
  readonly child: ReturnType<typeof spawn>;
  /** What it has printed so far. */
  readonly stderr: string;
  readonly ended: Promise<Ended>;
};

/** Starts a command that does not outlive the test file. */
export function start(command: string, args: readonly string[], options: SpawnOptions = {}): Running {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text) => {
    stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text) => {
    stderr += text;
  });
  atExit(() => child.kill('SIGKILL'));
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  return {
    child,
    get stderr() {
      return stderr;
    },
    ended,
  };
}
