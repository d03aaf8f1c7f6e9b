import type { BucketValues, Family, Sample, SeriesFamily } from '../metrics/family.ts';
import { labelText } from '../metrics/label-text.ts';
import { escapeHelp } from './escape-help.ts';
import type { Format } from './format.ts';
import { numberText, openMetricsNumberText } from './number-text.ts';
import { type Page, type Piece, piece } from './page.ts';

/** Writes the lines of a family's series, in slices. */
type LineWriter = (page: Page) => Iterable<void>;

/**
 * The two text formats, one encoder for each.
 * Text format 0.0.4: https://prometheus.io/docs/instrumenting/exposition_formats/
 * OpenMetrics 1.0.0: https://prometheus.io/docs/specs/om/open_metrics_spec/
 */
export class TextEncoder {
  readonly #format: Format;
  /** Of families that stay: what surrounds their values is made once. */
  readonly #writers = new WeakMap<SeriesFamily, LineWriter>();

  constructor(format: Format) {
    this.#format = format;
  }

  /** A whole page: families sorted by name, each with one HELP and one TYPE line. */
  *write(page: Page, families: readonly Family[]): Iterable<void> {
    const byName = families.filter((family) => !family.empty).sort((a, b) => (a.name < b.name ? -1 : 1));
    const names = new Set(byName.map(({ name }) => name));
    for (const family of byName) {
      const { name, type } = this.#format === 'text' ? family : openMetricsFamily(family, names);
      page.text(`# HELP ${name} ${escapeHelp(family.help, this.#format)}\n# TYPE ${name} ${type}\n`);
      if ('samples' in family) this.#writeSamples(page, family.name, family.samples);
      else yield* this.#writerOf(family)(page);
    }
    if (this.#format === 'openmetrics') page.text('# EOF\n');
  }

  #writeSamples(page: Page, family: string, samples: readonly Sample[]): void {
    for (const { name = family, labels: given, value } of samples) {
      const labels = labelText(this.#format === 'openmetrics' ? withFloatBound(given) : given);
      page.text(labels === '' ? `${name} ` : `${name}{${labels}} `);
      page.number(value);
      page.text('\n');
    }
  }

  #writerOf(family: SeriesFamily): LineWriter {
    let writer = this.#writers.get(family);
    if (writer === undefined) {
      writer =
        family.buckets === undefined
          ? valueLines(family)
          : bucketLines(family, family.buckets, this.#format === 'text' ? numberText : openMetricsNumberText);
      this.#writers.set(family, writer);
    }
    return writer;
  }
}

function valueLines({ name, labelled, multiplier, series }: SeriesFamily): LineWriter {
  const before = piece(labelled ? `${name}{` : `${name} `);
  const after = piece(labelled ? '} ' : '');
  if (multiplier === 1) {
    return (page) =>
      series((texts, start, end, values, at) => page.sample(before, texts, start, end, after, values, at));
  }
  const shown = new Float64Array(1);
  return (page) =>
    series((texts, start, end, values, at) => {
      shown[0] = values[at]! * multiplier;
      page.sample(before, texts, start, end, after, shown, 0);
    });
}

function bucketLines(
  { name, labelled, multiplier, series }: SeriesFamily,
  { bounds, sumPlace, beyond = false }: BucketValues,
  boundText: (bound: number) => string,
): LineWriter {
  const bucketEnds: Piece[] = [...bounds, Number.POSITIVE_INFINITY].map((bound) =>
    piece(`${labelled ? ',' : ''}le="${boundText(bound)}"} `),
  );
  const counts = bounds.length + (beyond ? 1 : 0);
  const bucketStart = piece(`${name}_bucket{`);
  const sumStart = piece(`${name}_sum${labelled ? '{' : ' '}`);
  const countStart = piece(`${name}_count${labelled ? '{' : ' '}`);
  const labelsEnd = piece(labelled ? '} ' : '');
  const shown = new Float64Array(1);
  return (page) =>
    series((texts, start, end, values, at) => {
      shown[0] = 0;
      for (let place = 0; place < bucketEnds.length; place++) {
        if (place < counts) shown[0]! += values[at + place]!;
        page.sample(bucketStart, texts, start, end, bucketEnds[place]!, shown, 0);
      }
      const count = shown[0]!;
      shown[0] = values[at + sumPlace]! * multiplier;
      page.sample(sumStart, texts, start, end, labelsEnd, shown, 0);
      shown[0] = count;
      page.sample(countStart, texts, start, end, labelsEnd, shown, 0);
    });
}

/** OpenMetrics wants `le` as a float. */
function withFloatBound(labels: Sample['labels']): Sample['labels'] {
  return labels.le === undefined || labels.le === '+Inf'
    ? labels
    : { ...labels, le: openMetricsNumberText(Number(labels.le)) };
}

/**
 * A counter's family is named without `_total`. One whose samples lack it, or whose family would have the name of
 * another, keeps its name as a family of no known type.
 */
function openMetricsFamily(
  { name, type }: Family,
  names: ReadonlySet<string>,
): { name: string; type: string } {
  if (type !== 'counter') return { name, type: type === 'untyped' ? 'unknown' : type };
  const stem = name.replace(/_total$/, '');
  return stem === name || names.has(stem) ? { name, type: 'unknown' } : { name: stem, type };
}
