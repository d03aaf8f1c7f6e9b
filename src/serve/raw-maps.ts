import { setTimeout } from 'node:timers/promises';
import { messageOf } from '../errors.ts';
import { Page, type PagePart } from '../exposition/page.ts';
import type { EntryBatch } from '../metrics/entry-source.ts';
import type { MetricInput } from '../metrics/metric.ts';
import { exactInteger } from '../metrics/placed-value.ts';
import type { ConfigMetrics } from './config-metrics.ts';

/** Milliseconds after which a piece ends, when its batch does. */
const pieceMs = 5;
/** How many times as long as a piece took no other is written, whoever asks. */
const restFactor = 2;
const partBytes = 256 * 1024;
const sliceEntries = 256;

/**
 * Raw maps for all who ask, piece by piece: one at a time, and not while the maps are read for a scrape, since both use
 * the same buffers. Scrapes go before them, so they take at most a third of the time.
 */
export class RawMaps {
  readonly #configs: () => readonly ConfigMetrics[];
  readonly #reading: () => Promise<unknown> | undefined;
  /** After whom the next piece comes. */
  #queue: Promise<unknown> = Promise.resolve();

  /** `reading` resolves when the reading that is under way is made; undefined when none is. */
  constructor(configs: () => readonly ConfigMetrics[], reading: () => Promise<unknown> | undefined) {
    this.#configs = configs;
    this.#reading = reading;
  }

  /** Until the signal is aborted. `hold` counts the bytes that wait for the reader. */
  async *parts(signal: AbortSignal, hold: (bytes: number) => void): AsyncGenerator<PagePart> {
    let held = 0;
    const keep = (bytes: number): void => {
      const more = bytes - held;
      held = bytes;
      hold(more);
    };
    const letGo = (): void => keep(0);
    signal.addEventListener('abort', letGo, { once: true });
    const page = new Page();
    const lines = writeRawMaps(page, this.#configs())[Symbol.iterator]();
    try {
      for (let last = false; !last && !signal.aborted; ) {
        last = await this.#piece(lines, page, signal);
        if (signal.aborted) return;
        if (!last && page.length < partBytes) continue;
        const bytes = page.bytes();
        keep(bytes.length);
        yield { bytes, last };
        page.moveTo(Buffer.from(bytes.buffer));
      }
    } finally {
      signal.removeEventListener('abort', letGo);
      letGo();
    }
  }

  /** Writes the next piece when it is its turn. Whether it was the last. */
  async #piece(lines: Iterator<void>, page: Page, signal: AbortSignal): Promise<boolean> {
    const turn = this.#queue.then(async () => {
      for (let reading = this.#reading(); reading !== undefined; reading = this.#reading()) await reading;
      const start = performance.now();
      let last = signal.aborted;
      let ms = 0;
      while (!last && ms < pieceMs && page.length < partBytes) {
        last = lines.next().done === true;
        ms = performance.now() - start;
      }
      return { last, ms };
    });
    this.#queue = turn.then(
      ({ ms }) => setTimeout(restFactor * ms),
      () => undefined, // whoever asked is told
    );
    return (await turn).last;
  }
}

/** Key bytes, decoded labels and value of every entry of every map that a metric reads: for people, with --debug. */
export function* writeRawMaps(page: Page, configs: readonly ConfigMetrics[]): Iterable<void> {
  for (const config of configs) {
    const { loaded, readings } = config;
    const metrics = readings.flatMap(({ map, metrics }) => metrics.map(({ input }) => ({ map, input })));
    for (const { map, input } of metrics) {
      page.text(`# config ${loaded.config.name}, map ${map}\n`);
      try {
        for (const batch of notClosed(config, input.reading.source.batches())) {
          yield* writeBatch(page, input, batch);
        }
      } catch (thrown) {
        page.text(`# ${messageOf(thrown)}\n`);
      }
      page.text('\n');
    }
  }
}

/** Ends when the config does: another may have its descriptors then. */
function* notClosed<T>(config: ConfigMetrics, batches: Iterable<T>): Iterable<T> {
  const each = batches[Symbol.iterator]();
  for (;;) {
    if (config.closed) throw new Error('the config was loaded anew');
    const { done, value } = each.next();
    if (done === true) return;
    yield value;
  }
}

/** Of a copy: between slices, a scrape may read the map with the same buffers. */
function* writeBatch(page: Page, input: MetricInput, batch: EntryBatch): Iterable<void> {
  const { keySize, valuesPerEntry, valueStride } = input.reading.source;
  const { count } = batch;
  const keys = Buffer.from(batch.keys.subarray(0, count * keySize));
  const values = Buffer.from(batch.values.subarray(0, count * valuesPerEntry * valueStride));
  const value = (index: number): bigint => exactInteger(values, index * valueStride, input.value);
  for (let first = 0; first < count; first += sliceEntries) {
    const end = Math.min(first + sliceEntries, count);
    const lines: string[] = [];
    for (let i = first; i < end; i++) {
      const key = keys.subarray(i * keySize, (i + 1) * keySize);
      const described = key.subarray(0, input.keyBytes);
      const all = Array.from({ length: valuesPerEntry }, (_, cpu) => value(i * valuesPerEntry + cpu));
      if (input.splitCpus) {
        for (const [cpu, one] of all.entries()) {
          const index = Buffer.from(Uint16Array.of(cpu).buffer);
          lines.push(entryLine(key, Buffer.concat([described, index]), input, one));
        }
      } else {
        const sum = all.reduce((sum, one) => sum + one, 0n);
        lines.push(entryLine(key, described, input, sum));
      }
    }
    page.text(lines.join(''));
    yield;
  }
}

function entryLine(key: Buffer, described: Buffer, { labels }: MetricInput, value: bigint): string {
  return `0x${key.toString('hex')} ${labelsText(described, labels)} ${value}\n`;
}

function labelsText(described: Buffer, labels: MetricInput['labels']): string {
  const decoded: string[] = [];
  try {
    if (!labels.decode(described, decoded)) return '(skipped)';
  } catch (thrown) {
    return `(${messageOf(thrown)})`;
  }
  return `{${labels.names.map((name, i) => `${name}=${JSON.stringify(decoded[i])}`).join(', ')}}`;
}
