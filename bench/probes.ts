import { execFile } from 'node:child_process';
import { release } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ProbeFixture } from './workspace.ts';

/** Ways to be called, and bodies, of the programs in probes.bpf.c. */
const probes = ['tracepoint', 'raw_tracepoint', 'fentry', 'kprobe', 'uprobe'] as const;
export const bodies = ['empty', 'counting', 'complex'] as const;

/** What one way to be called costs on one kernel. */
export type ProbeCost = {
  readonly where: string;
  readonly probe: string;
  /** A call of getpid() without any probe. */
  readonly bareNs: number;
  /** The same with one program attached. */
  readonly attachedNs: { readonly [body in (typeof bodies)[number]]: number };
};

const root = join(import.meta.dirname, '..');

/** On this machine's kernel. */
export function measureProbes(fixture: ProbeFixture): Promise<readonly ProbeCost[]> {
  return timeProbes(`Linux ${release().split('-')[0]}`, [fixture.program, fixture.object, '20']);
}

/** In another kernel, on an emulated machine whose file system is this one's. */
export function measureProbesIn(kernel: string, fixture: ProbeFixture): Promise<readonly ProbeCost[]> {
  const vm = [process.execPath, join(root, 'setup/vm.mjs'), `--kernel=${kernel}`, '--'];
  const command = [...vm, fixture.program, fixture.object, '15'];
  return timeProbes(`Linux ${kernel}, emulated`, ['setpriv', '--pdeathsig', 'KILL', ...command]);
}

async function timeProbes(where: string, [command = '', ...args]: string[]): Promise<readonly ProbeCost[]> {
  const { stdout } = await promisify(execFile)(command, args, { cwd: root, maxBuffer: 1 << 24 });
  const times = timesOf(stdout);
  return probes
    .filter((probe) => times.has(`${probe}_empty`))
    .map((probe) => ({
      where,
      probe: probe.replace('_', ' '),
      bareNs: quickest(times, 'bare'),
      attachedNs: {
        empty: quickest(times, `${probe}_empty`),
        counting: quickest(times, `${probe}_counting`),
        complex: quickest(times, `${probe}_complex`),
      },
    }));
}

/** What else the machine does can only add to a round. NaN when there was none. */
function quickest(times: Map<string, number[]>, name: string): number {
  const rounds = times.get(name) ?? [];
  return rounds.length === 0 ? Number.NaN : Math.min(...rounds);
}

/** Nanoseconds by the first word of a line; none for a program that the kernel does not take. */
function timesOf(output: string): Map<string, number[]> {
  const times = new Map<string, number[]>();
  for (const [, name = '', ns = ''] of output.matchAll(/^([a-z_]+) (-|[\d.]+)/gm)) {
    const known = times.get(name) ?? [];
    if (ns !== '-') known.push(Number(ns));
    times.set(name, known);
  }
  return times;
}
