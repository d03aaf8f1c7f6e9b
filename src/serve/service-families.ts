import { type Family, smallFamily } from '../metrics/family.ts';
import { namePrefix } from '../metrics/metric.ts';

/** The last reading of a config's maps. */
export type LastReading = { readonly seconds: number; readonly success: boolean };

/** When the configs were last read; changed as that is done. */
export type LastReload = { successful: boolean; successSeconds: number };

/** The metrics about how clients are served. */
export function serviceFamilies({
  rejected,
  lastReload,
  lastReadings,
}: {
  /** HTTP clients that were turned away or cut off, by reason. */
  readonly rejected: ReadonlyMap<string, number>;
  readonly lastReload: LastReload;
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
      `${namePrefix}config_last_reload_successful`,
      'Whether the last attempt to read the configs again did all it was to do (1) or not (0).',
      [{ labels: {}, value: lastReload.successful ? 1 : 0 }],
    ),
    smallFamily(
      'gauge',
      `${namePrefix}config_last_reload_success_timestamp_seconds`,
      'When the configs were last read and in effect.',
      [{ labels: {}, value: lastReload.successSeconds }],
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
