import { type Family, smallFamily } from '../metrics/family.ts';
import { namePrefix } from '../metrics/metric.ts';

/** The last reading of a config's maps. */
export type LastReading = { readonly seconds: number; readonly success: boolean };

/** The metrics about how clients are served. */
export function serviceFamilies({
  rejected,
  lastReadings,
}: {
  /** HTTP clients that were turned away or cut off, by reason. */
  readonly rejected: ReadonlyMap<string, number>;
  /** By config. */
  readonly lastReadings: ReadonlyMap<string, LastReading>;
}): readonly Family[] {
  const readings = [...lastReadings].map(([config, reading]) => ({ labels: { config }, ...reading }));
  return [
    smallFamily(
      'counter',
      `${namePrefix}http_rejected_total`,
      'HTTP clients that were turned away, or cut off because they did not take their answer.',
      [...rejected].map(([reason, value]) => ({ labels: { reason }, value })),
    ),
    smallFamily(
      'gauge',
      `${namePrefix}scrape_duration_seconds`,
      "How long the last reading of a config's maps took.",
      readings.map(({ labels, seconds }) => ({ labels, value: seconds })),
    ),
    smallFamily(
      'gauge',
      `${namePrefix}scrape_success`,
      'Whether every map of a config could be read by the last reading (1) or not (0).',
      readings.map(({ labels, success }) => ({ labels, value: success ? 1 : 0 })),
    ),
  ];
}
