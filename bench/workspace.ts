import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Workload } from './workload.ts';

/** What the exporter and the C program need for one workload of one size. */
export type Fixture = {
  /** For --config.dir; the config has the workload's name. */
  readonly configDir: string;
  /** The keys to fill the map with. */
  readonly keysFile: string;
};

/** A temporary directory with everything the bench compiles and writes; gone when the process exits. */
export class Workspace {
  readonly #directory: string;
  /** The compiled floor.c. */
  readonly floor: string;

  constructor() {
    this.#directory = mkdtempSync(join(tmpdir(), 'ebpf-exporter-bench-'));
    process.once('exit', () => rmSync(this.#directory, { recursive: true, force: true }));
    this.floor = join(this.#directory, 'floor');
    clang('-O2', '-Wall', join(import.meta.dirname, 'floor.c'), '-o', this.floor, '-lbpf');
  }

  /** `filled` of the map's `entries` get a value. */
  fixture(workload: Workload, entries: number, filled: number = entries): Fixture {
    const configDir = join(this.#directory, `${workload.name}-${entries}-${filled}`);
    const keysFile = join(configDir, 'keys');
    mkdirSync(configDir, { recursive: true });
    writeFileSync(join(configDir, `${workload.name}.yaml`), workload.yaml);
    writeFileSync(keysFile, workload.keys(filled));
    clang(
      ...['-g', '-O2', '-target', 'bpf', '-Wall', `-DENTRIES=${entries}`, `-DMETRIC=${workload.metric}`],
      `-I${join(import.meta.dirname, '../examples/include')}`,
      ...['-c', join(import.meta.dirname, 'fixture.bpf.c')],
      ...['-o', join(configDir, `${workload.name}.bpf.o`)],
    );
    return { configDir, keysFile };
  }
}

function clang(...args: string[]): void {
  execFileSync('clang', args, { stdio: ['ignore', 'inherit', 'inherit'] });
}
