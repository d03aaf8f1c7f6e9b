import type { SeriesFamily, SeriesValues, SeriesVisitor } from '../metrics/family.ts';
import type { HistoryLimits } from './history-limits.ts';
import { KnownValues } from './known-values.ts';
import type { Ranking } from './ranking.ts';
import { type Slot, Slots } from './slots.ts';
import { textAt } from './text-at.ts';
import { isAbsent, type Run, runSeries, takeUsual } from './usual-series.ts';

/** How much of the difference to a series' speed of before its speed takes over at each point. */
const smoothing = 0.3;
/** Series that take another's place at one point. */
const mostChanges = 16;
const fewestPoints = 10;

/**
 * What readings found of one metric, in fixed memory: the sum of all its series, and the points of those that change
 * most. Of a counter a point is by how much it rose since the one before, of a histogram that of each bucket and of the
 * sum, of a gauge its value. What begins anew has risen from 0, as for `rate()`.
 */
export class MetricHistory {
  /** Values of a point. */
  readonly width: number;
  /** Seconds since 1970 of each place of the ring; NaN where there is no point. */
  readonly times: Float64Array;
  /** By place, `width` each: of all series together. */
  readonly totals: Float32Array;
  /** Label sets of the last point, and their samples in an exposition. */
  sets = 0;
  samples = 0;
  readonly #limits: HistoryLimits;
  /** Values of a point whose sum says how much it changed; the rest is a histogram's sum. */
  readonly #counted: number;
  readonly #falls: boolean;
  readonly #samplesPerSet: number;
  readonly #slots: Slots;
  readonly #known: KnownValues;
  readonly #visit: SeriesVisitor;
  #family: SeriesFamily | undefined;
  #unfollow: () => void = () => undefined;
  #place = 0;
  #time = Number.NEGATIVE_INFINITY;
  #seconds = 1;
  /** The last point was made of all series, and each was known: one that is new now has risen from 0. */
  #complete = false;
  #overflown = false;
  /** A series without a slot that changes by more than this is worth a thought. */
  #bar = 0;
  #someGone = false;
  #changesLeft = 0;
  #rankings: readonly Ranking[] = [];
  readonly #run: Run;
  readonly #sumsBefore: Float64Array;

  /** `bytes`: all that it may take. */
  constructor(family: SeriesFamily, limits: HistoryLimits, bytes: number) {
    const { buckets } = family;
    this.#limits = limits;
    this.#counted = buckets === undefined ? 1 : buckets.bounds.length;
    this.width = buckets === undefined ? 1 : Math.max(this.#counted, buckets.sumPlace + 1);
    this.#falls = family.type === 'gauge';
    this.#samplesPerSet = buckets === undefined ? 1 : this.#counted + 3;
    const affordable = Math.floor(bytes / 3 / (this.width * 4 + 8));
    const points = affordable < fewestPoints ? 0 : Math.min(limits.points, affordable);
    this.times = new Float64Array(points).fill(Number.NaN);
    this.totals = new Float32Array(points * this.width).fill(Number.NaN);
    this.#known = new KnownValues(this.width);
    this.#run = {
      sets: 0,
      rises: new Float64Array(this.width),
      sums: new Float64Array(this.width),
      unusual: new Int32Array(runSeries),
      unusualCount: 0,
    };
    this.#sumsBefore = new Float64Array(this.width).fill(Number.NaN);
    this.#slots = new Slots(points, this.width);
    this.setBytes(bytes);
    this.#visit = (texts, start, end, values, at, number) => {
      this.#known.grow(number + 1);
      const speed = this.#meet(values, at, number, () => textAt(texts, start, end));
      for (const ranking of this.#rankings) ranking.offer(texts, start, end, values[at]!, speed, number);
    };
  }

  /** All that it may take from now on. */
  setBytes(bytes: number): void {
    const left = Math.max(0, bytes - this.times.byteLength - this.totals.byteLength) / 2;
    this.#known.setBytes(left);
    if (this.#known.size === 0) this.#forget();
    this.#slots.setBytes(left);
    this.#known.slots.fill(-1);
    for (const [slot, { number }] of this.#slots.all.entries()) {
      if (number >= 0) this.#known.slots[number] = slot;
    }
  }

  /** Seconds since 1970 of the last point; infinitely long ago where there is none. */
  get time(): number {
    return this.#time;
  }

  /** Of the last point: the sum of the first values, as they were read. */
  get sum(): number {
    return this.#sumsBefore[0]!;
  }

  /** Series whose points are kept. */
  get tracked(): readonly Slot[] {
    return this.#slots.all;
  }

  /** The points of a series, by the text of its labels. */
  seriesOf(text: string): Slot | undefined {
    return this.#slots.all[this.#slots.byText(text)];
  }

  /** Places of the points in `times` and all else, the oldest first. */
  places(): number[] {
    const { times } = this;
    const since = this.#time - this.#limits.seconds;
    return Array.from(times, (_, i) => (this.#place + 1 + i) % times.length).filter(
      (place) => times[place]! >= since,
    );
  }

  /** Keeps the points of a series from the next one on, as long as this is asked for between any two. */
  keep(text: string, number: number): void {
    if (number < 0 || number >= this.#known.size || this.times.length === 0) return;
    const slot = this.#known.slots[number]!;
    if (slot >= 0) this.#slots.at(slot).score = Number.POSITIVE_INFINITY;
    else this.#bind(number, this.#slots.take(text, number, Number.POSITIVE_INFINITY));
  }

  /**
   * One more point, unless the last one is too fresh, of which rankings are offered all series. In slices; not to its end,
   * it leaves none.
   */
  *record(family: SeriesFamily, time: number, rankings: readonly Ranking[] = []): Iterable<void> {
    if (this.times.length === 0) return;
    if (family !== this.#family) this.#take(family);
    const interval = (0.9 * this.#limits.seconds) / this.times.length;
    if (time < this.#time - interval) this.#restart(); // the clock was set back
    if (time - this.#time < interval) return;
    this.#rankings = rankings;
    this.#begin(time);
    if (!family.empty) {
      const table = this.#rankings.length === 0 ? family.table() : undefined;
      if (table === undefined) yield* family.series(this.#visit);
      else yield* this.#readAll(table);
    }
    this.#end(time);
  }

  /** It is told of no more readings. */
  close(): void {
    this.#unfollow();
  }

  #begin(time: number): void {
    this.#seconds = time - this.#time;
    this.#run.rises.fill(0);
    this.#run.sums.fill(0);
    this.sets = 0;
    this.#overflown = false;
    this.#bar = this.#slots.bar * this.#seconds;
    this.#someGone = this.#slots.all.some(({ number }) => number < 0);
    this.#changesLeft = mostChanges;
    for (const ranking of this.#rankings) ranking.begin();
    this.#place = (this.#place + 1) % this.times.length;
    this.times[this.#place] = Number.NaN;
    this.totals.fill(Number.NaN, this.#place * this.width, (this.#place + 1) * this.width);
    this.#slots.clear(this.#place);
  }

  /** As `#visit`, for who needs no labels. */
  *#readAll(table: SeriesValues): Iterable<void> {
    const known = this.#known;
    const run = this.#run;
    const { values, first, stride, size, text } = table;
    known.grow(size);
    run.sets = 0;
    for (let from = 0; from < size; from += runSeries) {
      const to = Math.min(size, from + runSeries);
      takeUsual(table, known, { counted: this.#counted, bar: this.#bar }, [from, to], run);
      for (let i = 0; i < run.unusualCount; i++) {
        const number = run.unusual[i]!;
        const at = first + number * stride;
        if (!isAbsent(values, at, this.width)) this.#meet(values, at, number, () => text(number));
      }
      yield;
    }
    this.sets += run.sets;
  }

  /** How fast it changes, smoothed; NaN when nobody knows. */
  #meet(values: Float64Array, at: number, number: number, text: () => string): number {
    this.sets++;
    const { width } = this;
    const { rises, sums } = this.#run;
    for (let i = 0; i < width; i++) sums[i]! += values[at + i]!;
    if (number < 0 || number >= this.#known.size) {
      this.#overflown = true;
      return Number.NaN;
    }
    const { values: known, slots } = this.#known;
    const had = number * width;
    const isNew = Number.isNaN(known[had]!);
    if (isNew && this.#someGone) this.#bind(number, this.#slots.giveBack(text(), number));
    if (slots[number]! < 0 && !this.#slots.full) this.#bind(number, this.#slots.take(text(), number, 0));
    const slot = slots[number]!;
    const points = slot < 0 ? undefined : this.#slots.at(slot).values;
    const to = this.#place * width;
    let rise = 0;
    for (let i = 0; i < width; i++) {
      const value = values[at + i]!;
      const change = this.#change(known[had + i]!, value);
      known[had + i] = value;
      rises[i]! += change;
      if (i < this.#counted) rise += change;
      if (points !== undefined) points[to + i] = this.#falls ? value : change;
    }
    const speed = this.#speedUp(number, rise / this.#seconds);
    if (slot < 0) this.#consider(number, speed, rise, text);
    else this.#slots.setScore(slot, speed);
    return speed;
  }

  /** By how much a value changed; NaN when nobody knows. */
  #change(before: number, value: number): number {
    if (Number.isNaN(before)) return this.#complete && !this.#falls ? value : Number.NaN;
    if (this.#falls) return Math.abs(value - before);
    return value < before ? value : value - before;
  }

  #speedUp(number: number, speed: number): number {
    if (Number.isNaN(speed)) return speed;
    const { speeds } = this.#known;
    const before = speeds[number]!;
    const now = before === 0 ? speed : before + smoothing * (speed - before);
    speeds[number] = now;
    return now;
  }

  #consider(number: number, speed: number, rise: number, text: () => string): void {
    if (!(rise > this.#bar) || this.#changesLeft-- <= 0) return;
    this.#bind(number, this.#slots.take(text(), number, speed));
    this.#bar = this.#slots.bar * this.#seconds;
  }

  #end(time: number): void {
    const to = this.#place * this.width;
    const known = this.#complete && !this.#overflown;
    const { rises, sums } = this.#run;
    for (let i = 0; i < this.width; i++) {
      const sum = sums[i]!;
      const risen = known ? rises[i]! : sum - this.#sumsBefore[i]!;
      this.totals[to + i] = this.#falls ? sum : risen < 0 ? Number.NaN : risen; // some series are gone
    }
    this.#sumsBefore.set(sums);
    this.#complete = !this.#overflown;
    this.samples = this.sets * this.#samplesPerSet;
    this.times[this.#place] = time;
    this.#time = time;
    for (const ranking of this.#rankings) ranking.end();
  }

  #bind(number: number, slot: number): void {
    if (slot < 0) return;
    const { slots } = this.#known;
    const other = slots.indexOf(slot);
    if (other >= 0) slots[other] = -1;
    slots[number] = slot;
  }

  /** Another family has the metric's name: its numbers say nothing of those before. */
  #take(family: SeriesFamily): void {
    this.#unfollow();
    this.#forget();
    this.#family = family;
    this.#unfollow = family.follow((numbers) => {
      this.#known.renumber(numbers);
      this.#slots.renumber(numbers);
    });
  }

  #forget(): void {
    this.#known.clear();
    this.#slots.renumber(new Int32Array(0));
    this.#complete = false;
    this.#sumsBefore.fill(Number.NaN);
  }

  #restart(): void {
    this.#forget();
    this.times.fill(Number.NaN);
    this.#time = Number.NEGATIVE_INFINITY;
  }
}
