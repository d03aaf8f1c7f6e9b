import type { Family } from '../metrics/family.ts';
import { Board } from './board.ts';
import { drawFrame, type Frame, pageRows } from './frame.ts';
import type { Look } from './look.ts';
import type { MetricState } from './metric-state.ts';
import { afterKey, firstView, type Key, type View } from './view.ts';

/** Reads, and lets `look` see what was found, by config, until it returns. */
export type Read = (look: (byConfig: ReadonlyMap<string, readonly Family[]>) => void) => Promise<void>;

/** What is watched: readings as they come, and what a person looks at. While paused nothing new is shown. */
export class Watcher {
  readonly #read: Read;
  readonly #intervalMs: number;
  readonly #board = new Board();
  #view: View;
  #note: string | undefined;

  constructor(read: Read, intervalMs: number) {
    this.#read = read;
    this.#intervalMs = intervalMs;
    this.#view = firstView;
  }

  get metrics(): readonly MetricState[] {
    return this.#board.metrics;
  }

  get paused(): boolean {
    return this.#view.paused;
  }

  /** False when no metric has this name, with or without the exporter's prefix. */
  select(name: string): boolean {
    const selected = this.metrics.findIndex((metric) => metric.name === name.replace(/^ebpf_exporter_/, ''));
    if (selected >= 0) this.#view = { ...this.#view, selected };
    return selected >= 0;
  }

  /** Shown at the bottom from now on. */
  note(line: string): void {
    this.#note = line;
  }

  async update(): Promise<void> {
    await this.#read((byConfig) => this.#board.update(byConfig, performance.now()));
  }

  press(key: Key, look: Look): void {
    const { metrics } = this;
    const series = metrics[this.#view.selected]?.series.size ?? 0;
    const page = pageRows(this.#frame(), look);
    this.#view = afterKey(this.#view, key, { metrics: metrics.length, series, page });
  }

  draw(look: Look): string[] {
    return drawFrame(this.#frame(), look);
  }

  #frame(): Frame {
    return { metrics: this.metrics, view: this.#view, intervalMs: this.#intervalMs, note: this.#note };
  }
}
