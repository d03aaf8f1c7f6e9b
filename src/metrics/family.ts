import { labelText } from './escape.ts';
import type { Format } from './format.ts';
import { openMetricsNumberText } from './number-text.ts';
import type { Page } from './page.ts';

export type FamilyType = 'counter' | 'gauge' | 'histogram' | 'summary' | 'untyped';

/** A metric family of the page. */
export type Family = {
  /** The full exported name. */
  readonly name: string;
  readonly help: string;
  readonly type: FamilyType;
  /** A family without samples is left out. */
  readonly empty: boolean;
  /** Writes the sample lines, in slices: the caller may let other work run after each. */
  write(page: Page, format: Format): Iterable<void>;
};

export type Sample = {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  /** For samples that do not have the family's own name, such as `_count`. */
  readonly name?: string;
};

/** A family of few samples, made anew for each page. */
export function smallFamily(
  type: FamilyType,
  name: string,
  help: string,
  samples: readonly Sample[],
): Family {
  return {
    name,
    help,
    type,
    empty: samples.length === 0,
    write(page, format) {
      for (const sample of samples) {
        const labels = labelText(format === 'openmetrics' ? withFloatBound(sample.labels) : sample.labels);
        page.text(labels === '' ? `${sample.name ?? name} ` : `${sample.name ?? name}{${labels}} `);
        page.number(sample.value);
        page.text('\n');
      }
      return [];
    },
  };
}

/** OpenMetrics wants `le` as a float. */
function withFloatBound(labels: Sample['labels']): Sample['labels'] {
  return labels.le === undefined || labels.le === '+Inf'
    ? labels
    : { ...labels, le: openMetricsNumberText(Number(labels.le)) };
}
