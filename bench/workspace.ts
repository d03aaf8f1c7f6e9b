import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { arch, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Workload } from './workload.ts';

/** What the exporter and the C program need for one workload of one size. */
export type Fixture = {
  readonly workload: Workload;
  /** For --config.dir; the config has the workload's name. */
  readonly configDir: string;
  /** The keys to fill the map with. */
  readonly keysFile: string;
};

/** A program that times probes, and the object with the probes. */
export type ProbeFixture = { readonly program: string; readonly object: string };

/** An object that sends records into a ring buffer, and a C program that consumes them. */
export type StreamFixture = {
  readonly directory: string;
  readonly consumer: string;
  readonly object: string;
};

const here = import.meta.dirname;
const target = arch() === 'x64' ? '-D__TARGET_ARCH_x86' : '-D__TARGET_ARCH_arm64';
const bpfFlags = ['-g', '-O2', '-target', 'bpf', '-Wall', target, `-I${join(here, '../examples/include')}`];

/** A temporary directory with everything the bench compiles and writes; gone when the process exits. */
export class Workspace {
  readonly #directory: string;
  /** The compiled floor.c. */
  readonly floor: string;

  constructor() {
    this.#directory = mkdtempSync(join(tmpdir(), 'ebpf-exporter-bench-'));
    process.once('exit', () => rmSync(this.#directory, { recursive: true, force: true }));
    this.floor = this.#compile('floor', 'floor.c', 'lines.c');
  }

  /** `filled` of the map's `entries` get a value. */
  fixture(workload: Workload, entries: number, filled: number = entries): Fixture {
    const configDir = join(this.#directory, `${workload.name}-${entries}-${filled}`);
    const keysFile = join(configDir, 'keys');
    mkdirSync(configDir, { recursive: true });
    writeFileSync(join(configDir, `${workload.name}.yaml`), workload.yaml);
    writeFileSync(keysFile, workload.keys(filled));
    const { metric, mapType, keySize } = workload;
    const defines = [
      `-DENTRIES=${entries}`,
      `-DMETRIC=${metric}`,
      `-DMAP_TYPE=BPF_MAP_TYPE_${mapType}`,
      `-DKEY_SIZE=${keySize}`,
    ];
    const object = join(configDir, `${workload.name}.bpf.o`);
    clang(...bpfFlags, ...defines, '-c', join(here, 'fixture.bpf.c'), '-o', object);
    return { workload, configDir, keysFile };
  }

  probes(): ProbeFixture {
    const object = join(this.#directory, 'probes.bpf.o');
    const x64 = arch() === 'x64';
    // The name that BTF has. On x86_64, __x64_sys_getpid is an alias that only kallsyms knows.
    const defines = [`-DSYSCALL_FUNCTION="${x64 ? '__do_sys_getpid' : '__arm64_sys_getpid'}"`];
    clang(...bpfFlags, ...defines, '-c', join(here, 'probes.bpf.c'), '-o', object);
    return { program: this.#compile('probes', 'probes.c'), object };
  }

  streams(): StreamFixture {
    const object = join(this.#directory, 'streams.bpf.o');
    clang(...bpfFlags, '-c', join(here, 'streams.bpf.c'), '-o', object);
    return { directory: this.#directory, consumer: this.#compile('consumer', 'consumer.c'), object };
  }

  #compile(name: string, ...sources: string[]): string {
    const program = join(this.#directory, name);
    clang('-O2', '-Wall', ...sources.map((source) => join(here, source)), '-o', program, '-lbpf');
    return program;
  }
}

function clang(...args: string[]): void {
  execFileSync('clang', args, { stdio: ['ignore', 'inherit', 'inherit'] });
}
