import { readProgramInfo, runStatsEnabled } from '../bpf/program-info.ts';
import { ExporterError } from '../errors.ts';
import type { Native } from '../native/library.ts';

export type Runs = {
  readonly runsPerSecond: number;
  readonly secondsPerRun: number | undefined;
  /** Of one CPU. */
  readonly cpuShare: number;
};

type Sample = { readonly time: number; readonly runTimeNs: number; readonly runCount: number };

/** Rates are those of so much time. */
const windowSeconds = 10;

/** What programs cost, by the kernel's statistics of their runs, since it was looked at about ten seconds ago. */
export class ProgramRuns {
  readonly #native: Native;
  readonly #samples = new Map<number, Sample[]>();
  #enabled = false;

  constructor(native: Native) {
    this.#native = native;
  }

  /** Whether the kernel kept statistics when they were last looked at. */
  get enabled(): boolean {
    return this.#enabled;
  }

  /** Looks at programs, by their ids. */
  sample(programs: readonly { readonly id: number; readonly fd: number }[], time: number): void {
    this.#enabled = runStatsEnabled();
    if (!this.#enabled) this.#samples.clear();
    for (const { id, fd } of this.#enabled ? programs : []) {
      const info = this.#read(fd);
      const before = this.#samples.get(id) ?? [];
      const kept = before.filter((sample) => sample.time > time - windowSeconds - 1 && sample.time < time);
      this.#samples.set(id, info === undefined ? kept : [...kept, { time, ...info }]);
    }
  }

  of(id: number): Runs | undefined {
    const samples = this.#samples.get(id) ?? [];
    const [first, last] = [samples[0], samples.at(-1)];
    if (first === undefined || last === undefined || first === last) return undefined;
    const seconds = last.time - first.time;
    const runs = last.runCount - first.runCount;
    const ns = last.runTimeNs - first.runTimeNs;
    return {
      runsPerSecond: runs / seconds,
      secondsPerRun: runs > 0 ? ns / 1e9 / runs : undefined,
      cpuShare: ns / 1e9 / seconds,
    };
  }

  #read(fd: number): { runTimeNs: number; runCount: number } | undefined {
    try {
      return readProgramInfo(this.#native, fd);
    } catch (thrown) {
      if (thrown instanceof ExporterError) return undefined;
      throw thrown;
    }
  }
}
