import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import project from '../package.json' with { type: 'json' };

/** The checkout. */
export const root = join(import.meta.dirname, '..');

/** What is released. */
export const dist = join(root, 'dist');

/** What is made on the way, and kept for the next time. */
export const cache = join(root, 'build/release');

export const version: string = project.version;

/** An architecture by the names that Debian, Node.js and the kernel have for it. */
export type Architecture = {
  readonly debian: 'amd64' | 'arm64';
  readonly node: 'x64' | 'arm64';
  /** Also the kernel's name. */
  readonly rpm: 'x86_64' | 'aarch64';
  readonly triplet: string;
};

export const architectures: readonly Architecture[] = [
  { debian: 'amd64', node: 'x64', rpm: 'x86_64', triplet: 'x86_64-linux-gnu' },
  { debian: 'arm64', node: 'arm64', rpm: 'aarch64', triplet: 'aarch64-linux-gnu' },
];

/** That of this machine. */
export const native: Architecture = architectures.find(({ node }) => node === process.arch)!;

/** Seconds since 1970 of the commit: the time of every file in an artifact, so that the same commit gives the same bytes. */
export const epoch: string = execFileSync('git', ['log', '-1', '--format=%ct'], {
  cwd: root,
  encoding: 'utf8',
}).trim();

/** Runs a command; throws with what it said when it fails. */
export function run(command: string, args: readonly string[], options: { cwd?: string } = {}): string {
  return execFileSync(command, args, {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, SOURCE_DATE_EPOCH: epoch, LC_ALL: 'C' },
    ...options,
  });
}
