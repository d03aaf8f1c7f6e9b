/** Bytes that a series takes besides its values. */
const headBytes = 4 + 2;
const firstSeries = 64;

/** What each series, by its number, was at the last point. */
export class KnownValues {
  readonly width: number;
  /** `width` for each; NaN where nobody knows. */
  values: Float64Array = new Float64Array(0);
  /** How fast each changed lately. */
  speeds: Float32Array = new Float32Array(0);
  /** The slot that keeps its points, -1 for none. */
  slots: Int16Array = new Int16Array(0);
  #most = 0;

  constructor(width: number) {
    this.width = width;
  }

  /** Numbers are below. */
  get size(): number {
    return this.slots.length;
  }

  setBytes(bytes: number): void {
    this.#most = Math.floor(bytes / (8 * this.width + headBytes));
    if (this.size > this.#most) this.clear();
  }

  /** Makes room for as many numbers as there may be, up to `wanted`. */
  grow(wanted: number): void {
    if (wanted <= this.size || this.size === this.#most) return;
    const most = Math.max(firstSeries, Math.ceil(wanted * 1.25));
    this.#arrange(Math.min(this.#most, most), (arrays, old) => {
      arrays.values.set(old.values);
      arrays.speeds.set(old.speeds);
      arrays.slots.set(old.slots);
    });
  }

  /** By the new number of each. */
  renumber(numbers: Int32Array): void {
    const { width, size } = this;
    this.#arrange(size, (arrays, old) => {
      for (let from = 0; from < Math.min(numbers.length, size); from++) {
        const to = numbers[from]!;
        if (to < 0 || to >= size) continue;
        for (let i = 0; i < width; i++) arrays.values[to * width + i] = old.values[from * width + i]!;
        arrays.speeds[to] = old.speeds[from]!;
        arrays.slots[to] = old.slots[from]!;
      }
    });
  }

  clear(): void {
    this.#arrange(0, () => undefined);
  }

  #arrange(size: number, fill: (arrays: Arrays, old: Arrays) => void): void {
    const { values, speeds, slots } = this;
    this.values = new Float64Array(size * this.width).fill(Number.NaN);
    this.speeds = new Float32Array(size);
    this.slots = new Int16Array(size).fill(-1);
    fill(this, { values, speeds, slots });
  }
}

type Arrays = Pick<KnownValues, 'values' | 'speeds' | 'slots'>;
