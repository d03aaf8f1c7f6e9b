import { setTimeout as pause } from 'node:timers/promises';
import type { SeenReading } from '../serve/reading-observer.ts';
import type { LiveSource } from './live-source.ts';
import { ProgramRuns } from './program-runs.ts';
import { Recorder } from './recorder.ts';

const intervalMs = 1000;
/** Readings take no more than this share of the time. */
const mostBusy = 0.1;
/** What was read for those who look is kept for so long after the last of them. */
const keepMs = 60_000;
const fineLimits = { seconds: 300, points: 300 };
const fineBytes = 4 * 1024 ** 2;

/** Readings for those who look, one a second while somebody does, shared with scrapes. */
export class Feed {
  /** Points of the time that somebody looked at. */
  readonly fine: Recorder = new Recorder(fineLimits, fineBytes);
  readonly runs: ProgramRuns;
  readonly #source: LiveSource;
  readonly #onIdle: () => void;
  readonly #waiting = new Set<() => void>();
  /** Of the last reading that was seen. */
  #time = 0;
  #watching = 0;
  #looping = false;
  #idleTimer: NodeJS.Timeout | undefined;
  readonly #observer = (reading: SeenReading): Iterable<void> => this.#observe(reading);

  /** `onIdle`: nobody has looked for a while, and this is closed. */
  constructor(source: LiveSource, onIdle: () => void) {
    this.#source = source;
    this.#onIdle = onIdle;
    this.runs = new ProgramRuns(source.native);
    source.observers.add(this.#observer);
  }

  /** Seconds since 1970 of the last reading. */
  get time(): number {
    return this.#time;
  }

  /** Somebody looks until what this returns is called. */
  watch(): () => void {
    clearTimeout(this.#idleTimer);
    this.#watching++;
    if (!this.#looping) void this.#loop();
    let stopped = false;
    return () => {
      if (stopped) return;
      stopped = true;
      if (--this.#watching > 0) return;
      this.#idleTimer = setTimeout(() => {
        this.close();
        this.#onIdle();
      }, keepMs).unref();
    };
  }

  /** Resolves when there is a reading after this time, or the signal is aborted. */
  async after(time: number, signal: AbortSignal): Promise<void> {
    if (this.#time > time || signal.aborted) return;
    await new Promise<void>((resolve) => {
      const wake = (): void => {
        this.#waiting.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      this.#waiting.add(wake);
      signal.addEventListener('abort', wake);
    });
  }

  /** Can be called twice. */
  close(): void {
    clearTimeout(this.#idleTimer);
    this.#source.observers.delete(this.#observer);
    this.fine.close();
  }

  async #loop(): Promise<void> {
    this.#looping = true;
    while (this.#watching > 0) {
      const start = performance.now();
      await this.#source.exporter.read().catch(() => undefined); // whoever scrapes is told
      const tookMs = performance.now() - start;
      await pause(Math.max(intervalMs - tookMs, tookMs / mostBusy), undefined, { ref: false });
    }
    this.#looping = false;
  }

  *#observe(reading: SeenReading): Iterable<void> {
    yield* this.fine.observe(reading);
    const programs = this.#source.exporter.configs.flatMap(({ loaded }) => loaded.programs);
    this.runs.sample(
      programs.flatMap(({ id, fd }) => (id === undefined ? [] : [{ id, fd }])),
      reading.time,
    );
    this.#time = reading.time;
    for (const wake of this.#waiting) wake();
  }
}
