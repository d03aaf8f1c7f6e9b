import { type Family, smallFamily } from '../metrics/family.ts';
import { namePrefix } from '../metrics/metric.ts';

/** The metrics about how clients are served. */
export function serviceFamilies({
  rejected,
}: {
  /** HTTP clients that were turned away or cut off, by reason. */
  readonly rejected: ReadonlyMap<string, number>;
}): readonly Family[] {
  return [
    smallFamily(
      'counter',
      `${namePrefix}http_rejected_total`,
      'HTTP clients that were turned away, or cut off because they did not take their answer.',
      [...rejected].map(([reason, value]) => ({ labels: { reason }, value })),
    ),
  ];
}
