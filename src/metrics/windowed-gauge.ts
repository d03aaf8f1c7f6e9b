import type { WindowSpec } from '../config/spec.ts';
import type { Renumber, SeriesVisitor } from './family.ts';
import type { Metric } from './metric.ts';
import { SlidingWindow } from './sliding-window.ts';
import { sliceMs, type WindowReading } from './window-reading.ts';

/** The series of a window, as they were when its last slice ended. Nothing changes them: pages may still be written. */
type Shown = {
  readonly texts: DataView;
  /** Where the text of each set begins, and where the last ends. */
  readonly starts: Uint32Array;
  readonly values: Float64Array;
};

/** What may be read behind the end of a text. */
const slack = 8;

/** A gauge whose series are those of the last slices of time, of which the gauge given has one after each reading. */
export function windowed(gauge: Metric, { everyMs, take }: WindowSpec, reading: WindowReading): Metric {
  const window = new SlidingWindow(everyMs / sliceMs, take);
  let shown = shownOf([]);
  let labels: readonly string[] = [];
  const followers = new Set<Renumber>();
  reading.addAfter(function* () {
    const { slice } = reading;
    const visit: SeriesVisitor = (texts, start, end, values, at) => {
      const text = Buffer.from(texts.buffer, texts.byteOffset + start, end - start);
      window.add(text.toString(), slice, values[at]!);
    };
    yield* gauge.series(visit);
    const sets = [...window.until(slice)];
    const numbers = new Map(sets.map(([text], number) => [text, number]));
    const renumbered = Int32Array.from(labels, (text) => numbers.get(text) ?? -1);
    for (const renumber of followers) renumber(renumbered);
    labels = sets.map(([text]) => text);
    shown = shownOf(sets);
  });
  return {
    name: gauge.name,
    help: gauge.help,
    type: gauge.type,
    labelled: gauge.labelled,
    multiplier: gauge.multiplier,
    buckets: undefined,
    get empty() {
      return shown.values.length === 0;
    },
    get limited() {
      return gauge.limited;
    },
    *series(visit) {
      const { texts, starts, values } = shown;
      for (let set = 0; set < values.length; set++) {
        visit(texts, starts[set]!, starts[set + 1]!, values, set, set);
        if (set % 1024 === 1023) yield;
      }
    },
    table: () => undefined,
    follow(renumber) {
      followers.add(renumber);
      return () => followers.delete(renumber);
    },
  };
}

function shownOf(sets: readonly [string, number][]): Shown {
  const bytes = sets.map(([text]) => Buffer.from(text));
  const starts = new Uint32Array(sets.length + 1);
  for (const [nth, { length }] of bytes.entries()) starts[nth + 1] = starts[nth]! + length;
  const texts = new Uint8Array(starts[sets.length]! + slack);
  for (const [nth, one] of bytes.entries()) texts.set(one, starts[nth]!);
  return {
    texts: new DataView(texts.buffer),
    starts,
    values: Float64Array.from(sets, ([, value]) => value),
  };
}
