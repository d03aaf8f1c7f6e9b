import type { MetricSpec, RecordsSpec } from '../config/spec.ts';
import { compileLabels } from '../decoders/compile.ts';
import { ExporterError } from '../errors.ts';
import type { System } from '../kernel/system.ts';
import type { RecordLayout } from '../layout/record-layout.ts';
import { bucketsOf, limitsOf } from '../metrics/buckets.ts';
import { EventCounts, type EventCountsOptions } from '../metrics/event-counts.ts';
import { placesOf } from '../metrics/histogram.ts';
import { countEach, observe, sumOf, type Tally } from '../metrics/tally.ts';

/** What the records of a metric add up to. */
export function eventCountsOf(
  spec: MetricSpec,
  { maxKeys }: RecordsSpec,
  layout: RecordLayout,
  system: System,
): EventCounts {
  const { keyParts, recordBytes } = layout;
  return new EventCounts({
    keyParts,
    recordBytes,
    maxKeys,
    tally: tallyOf(spec, layout),
    rest: restOf(spec, layout, system),
  });
}

/** The same for counts that mean the same: they go on when a config is read again. */
export function countsId(spec: MetricSpec, { maxKeys }: RecordsSpec, layout: RecordLayout): string {
  const { keyParts, recordBytes, observed } = layout;
  const limits = spec.kind === 'histogram' ? limitsOf(bucketsOf(spec)) : undefined;
  return JSON.stringify([keyParts, recordBytes, observed, limits, maxKeys]);
}

function tallyOf(spec: MetricSpec, { observed }: RecordLayout): Tally {
  if (observed === undefined) return countEach;
  return spec.kind === 'histogram' ? observe(observed, limitsOf(bucketsOf(spec))) : sumOf(observed);
}

/** Records whose keys are not counted apart still are of a bucket, which is all that is decoded of them. */
function restOf(
  spec: MetricSpec,
  { placement, slots }: RecordLayout,
  system: System,
): EventCountsOptions['rest'] {
  const bucket = placement.labels.at(-1);
  if (spec.kind !== 'histogram' || slots !== undefined || bucket === undefined) return undefined;
  const { places, placeOf } = placesOf(spec);
  const label = compileLabels({ labels: [bucket], size: placement.size }, system);
  const decoded: string[] = [];
  return {
    places,
    placeOf(key, at) {
      try {
        return label.decode(key, decoded, at) ? placeOf(decoded[0]!) : places - 1;
      } catch (thrown) {
        if (thrown instanceof ExporterError) return places - 1; // one bad key, which nobody sees
        throw thrown;
      }
    },
  };
}
