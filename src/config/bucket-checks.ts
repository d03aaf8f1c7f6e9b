import type { Finding, Path } from './problem.ts';
import { bucketTypes } from './spec.ts';
import { found, type Item, numberOf, textOf, withoutEffect } from './tree.ts';

/** A page has a line for each of a label set, and each takes a kilobyte from the start. */
const maxBuckets = 10_000;
/** Of all histograms of a file together. */
const maxFileBuckets = 100_000;

const range = ['bucket_min', 'bucket_max'];

/** How the `bucket_` values of a histogram go together. */
export function checkBuckets(histogram: Item, ofRecords: boolean): Finding[] {
  const { value, path } = histogram;
  const type = textOf(histogram, 'bucket_type');
  if (value.buckets !== undefined) return checkBounds(histogram, ofRecords);
  if (value.bucket_type === undefined) {
    const message = `histogram has no "bucket_type"; one of ${bucketTypes.join(', ')} is needed`;
    return found(path, ofRecords ? `${message}, or "buckets"` : message);
  }
  if (type === 'fixed') {
    const idle = withoutEffect(histogram, range, 'another bucket_type');
    return [...checkFixedBuckets(value.bucket_keys ?? [], path), ...idle];
  }
  return [...checkRange(histogram), ...withoutEffect(histogram, ['bucket_keys'], 'bucket_type: fixed')];
}

/** That the histograms of a file have not too many buckets together. */
export function checkTotal(histograms: readonly Item[]): Finding[] {
  let total = 0;
  for (const histogram of histograms) {
    const buckets = bucketsOf(histogram);
    if (buckets <= maxBuckets) total += buckets;
    if (total <= maxFileBuckets) continue;
    const message = `the histograms up to here have ${total} buckets; ${maxFileBuckets} or fewer are needed`;
    return found(histogram.path, message);
  }
  return [];
}

function bucketsOf(histogram: Item): number {
  if (Array.isArray(histogram.value.buckets)) return histogram.value.buckets.length;
  const keys = histogram.value.bucket_keys;
  if (textOf(histogram, 'bucket_type') === 'fixed') return Array.isArray(keys) ? keys.length : 0;
  const [min = 0, max = 0] = range.map((key) => numberOf(histogram, key, 0));
  return Math.max(0, max - min + 1);
}

/** Bounds that are written out, of what records say. */
function checkBounds(histogram: Item, ofRecords: boolean): Finding[] {
  const { value, path } = histogram;
  const { buckets } = value;
  const at = [...path, 'buckets'];
  if (!ofRecords) return found(at, '"buckets" of a map, whose buckets are its keys; bucket_type is needed');
  const idle = ['bucket_type', ...range, 'bucket_keys'];
  const unused = withoutEffect(histogram, idle, 'a histogram without "buckets"');
  if (!Array.isArray(buckets)) return unused;
  if (buckets.length === 0)
    return found(at, '"buckets" is an empty list; one or more upper bounds are needed');
  if (buckets.length > maxBuckets) return tooMany(at, buckets.length);
  if (rises(buckets)) return unused;
  return [...unused, ...found(at, '"buckets" do not rise; rising upper bounds are needed')];
}

function rises(list: readonly unknown[]): boolean {
  const numbers = list.filter((item) => typeof item === 'number');
  return !numbers.some((number, i) => i > 0 && number <= numbers[i - 1]!);
}

function checkRange(histogram: Item): Finding[] {
  const [min, max] = range.map((key) => numberOf(histogram, key, 0));
  if (min === undefined || max === undefined) return [];
  const at = [...histogram.path, 'bucket_max'];
  if (max < min)
    return found(at, `bucket_max ${max} is below bucket_min ${min}; bucket_min or more is needed`);
  if (max - min >= maxBuckets) return tooMany(at, max - min + 1);
  if (textOf(histogram, 'bucket_type')?.startsWith('exp') && max > 1023) {
    return found(at, `bucket_max ${max} has an infinite bound; 64 is enough for any value`);
  }
  return [];
}

function checkFixedBuckets(keys: unknown, path: Path): Finding[] {
  if (!Array.isArray(keys)) return [];
  const at = [...path, 'bucket_keys'];
  if (keys.length === 0) return found(path, 'fixed histogram has no "bucket_keys"; one or more are needed');
  if (keys.length > maxBuckets) return tooMany(at, keys.length);
  if (rises(keys)) return [];
  const message = '"bucket_keys" do not rise; buckets add up in this order, so rising keys are needed';
  return found(at, message, { warning: 'always' });
}

function tooMany(at: Path, buckets: number): Finding[] {
  return found(at, `${buckets} buckets; ${maxBuckets} or fewer are needed`);
}
