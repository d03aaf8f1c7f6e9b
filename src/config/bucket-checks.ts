import type { Finding, Path } from './problem.ts';
import { found, type Item, numberOf, textOf, withoutEffect } from './tree.ts';

/** A page has a line for each of a label set, and each takes a kilobyte from the start. */
const maxBuckets = 10_000;
/** Of all histograms of a file together. */
const maxFileBuckets = 100_000;

const range = ['bucket_min', 'bucket_max'];

/** How the `bucket_` values of a histogram go together. */
export function checkBuckets(histogram: Item): Finding[] {
  const { value, path } = histogram;
  const type = textOf(histogram, 'bucket_type');
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
  const keys = histogram.value.bucket_keys;
  if (textOf(histogram, 'bucket_type') === 'fixed') return Array.isArray(keys) ? keys.length : 0;
  const [min = 0, max = 0] = range.map((key) => numberOf(histogram, key, 0));
  return Math.max(0, max - min + 1);
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
  const numbers = keys.filter((key) => typeof key === 'number');
  if (!numbers.some((key, i) => i > 0 && key <= numbers[i - 1]!)) return [];
  const message = '"bucket_keys" do not rise; buckets add up in this order, so rising keys are needed';
  return found(at, message, { warning: 'always' });
}

function tooMany(at: Path, buckets: number): Finding[] {
  return found(at, `${buckets} buckets; ${maxBuckets} or fewer are needed`);
}
