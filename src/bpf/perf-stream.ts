import { ExporterError, messageOf } from '../errors.ts';
import type { Native } from '../native/library.ts';
import type { BpfMap } from './loaded-object.ts';
import { onlineCpus } from './perf-event.ts';
import { openPerfOutput, type PerfOutput } from './perf-output.ts';
import { PerfRing } from './perf-ring.ts';
import type { PumpedRing, RecordPump, RecordSink } from './record-pump.ts';
import type { RecordStream } from './record-stream.ts';

/** Pages for each CPU: 256 KiB of 4 KiB each hold some thousand records between two turns of the event loop. */
export const defaultPerfPages = 64;

export type PerfStreamOptions = {
  readonly pump: RecordPump;
  readonly sink: RecordSink;
  /** One that cannot be received. Told once. */
  warn(message: string): void;
  readonly online?: () => readonly number[];
};

type Open = {
  readonly output: PerfOutput;
  readonly ring: PerfRing;
  readonly pumped: PumpedRing;
  readonly owned: boolean;
};
type Target = Pick<BpfMap, 'fd' | 'name'>;

/** Opens what the records of each online CPU go to; the caller owns it. Throws `map_read`. */
export function openPerfOutputs(
  native: Native,
  map: Target,
  pages: number,
  cpus: readonly number[] = onlineCpus(),
): PerfOutput[] {
  const outputs: PerfOutput[] = [];
  try {
    for (const cpu of cpus) outputs.push(openPerfOutput(native, map, { cpu, pages }));
  } catch (thrown) {
    for (const { fd } of outputs) native.c.close(fd);
    throw thrown;
  }
  return outputs;
}

/** Records of a BPF_MAP_TYPE_PERF_EVENT_ARRAY from all CPUs. CPUs that come online later are covered where that is allowed. */
export class PerfStream implements RecordStream {
  readonly map: string;
  readonly #native: Native;
  readonly #target: Target;
  readonly #options: PerfStreamOptions;
  readonly #pages: number;
  readonly #open = new Map<number, Open>();
  #online: ReadonlySet<number>;
  #refused = new Set<number>();
  #warned = false;
  /** Of rings that are closed. */
  #lostBefore = 0;
  #recordsBefore = 0;

  /** The outputs stay their owner's; they are to be open for as long as this is. Throws `map_read`. */
  constructor(native: Native, map: Target, outputs: readonly PerfOutput[], options: PerfStreamOptions) {
    this.map = map.name;
    this.#native = native;
    this.#target = map;
    this.#options = options;
    this.#pages = outputs[0]?.pages ?? defaultPerfPages;
    this.#online = new Set(outputs.map(({ cpu }) => cpu));
    try {
      for (const output of outputs) this.#read(output, false);
    } catch (thrown) {
      this.close();
      throw thrown;
    }
  }

  get uncoveredCpus(): number {
    return this.#refused.size;
  }

  get records(): number {
    return [...this.#open.values()].reduce((sum, { pumped }) => sum + pumped.records, this.#recordsBefore);
  }

  lost(): number {
    return [...this.#open.values()].reduce((sum, { ring }) => sum + ring.lost(), this.#lostBefore);
  }

  *flush(): Iterable<void> {
    this.#followCpus();
    for (const { pumped } of this.#open.values()) yield* pumped.flush();
  }

  wake(): void {
    for (const { pumped } of this.#open.values()) pumped.wake();
  }

  close(): void {
    for (const cpu of [...this.#open.keys()]) this.#end(cpu);
  }

  /** The event of a CPU that went away is dead, and stays so when the CPU returns. */
  #followCpus(): void {
    const online = new Set((this.#options.online ?? onlineCpus)());
    const appeared = [...online].filter((cpu) => !this.#online.has(cpu));
    this.#refused = new Set([...this.#refused].filter((cpu) => online.has(cpu)));
    this.#online = online;
    for (const cpu of appeared) {
      this.#end(cpu);
      try {
        this.#read(openPerfOutput(this.#native, this.#target, { cpu, pages: this.#pages }), true);
      } catch (thrown) {
        if (!(thrown instanceof ExporterError)) throw thrown;
        this.#refused.add(cpu);
        if (!this.#warned)
          this.#options.warn(`Records of CPUs that came online are missed: ${messageOf(thrown)}`);
        this.#warned = true;
      }
    }
  }

  #read(output: PerfOutput, owned: boolean): void {
    const { pump, sink } = this.#options;
    let ring: PerfRing | undefined;
    try {
      ring = new PerfRing(this.#native, output, this.map);
      this.#open.set(output.cpu, { output, ring, pumped: pump.add(ring, sink), owned });
    } catch (thrown) {
      ring?.close();
      if (owned) this.#native.c.close(output.fd);
      throw thrown;
    }
  }

  #end(cpu: number): void {
    const open = this.#open.get(cpu);
    if (open === undefined) return;
    this.#open.delete(cpu);
    for (const _ of open.pumped.flush());
    open.pumped.remove();
    this.#recordsBefore += open.pumped.records;
    this.#lostBefore += open.ring.lost();
    open.ring.close();
    if (open.owned) this.#native.c.close(open.output.fd);
  }
}
