import type { Finding, Path } from './problem.ts';
import { found, type Item } from './tree.ts';

const maxBuckets = 1_000_000;

/** How the `bucket_` values of a histogram go together. */
export function checkBuckets({ value, path }: Item): Finding[] {
  const type = value.bucket_type;
  if (type === 'fixed') return checkFixedBuckets(value.bucket_keys ?? [], path);
  const min = Number(value.bucket_min ?? 0);
  const max = Number(value.bucket_max ?? 0);
  const at = [...path, 'bucket_max'];
  if (max < min)
    return found(at, `bucket_max ${max} is below bucket_min ${min}; bucket_min or more is needed`);
  if (max - min >= maxBuckets)
    return found(at, `${max - min + 1} buckets; ${maxBuckets} or fewer are needed`);
  if (String(type).startsWith('exp') && max > 1023) {
    return found(at, `bucket_max ${max} has an infinite bound; 64 is enough for any value`);
  }
  return [];
}

function checkFixedBuckets(keys: unknown, path: Path): Finding[] {
  if (!Array.isArray(keys)) return [];
  if (keys.length === 0) return found(path, 'fixed histogram has no "bucket_keys"; one or more are needed');
  if (!keys.some((key, i) => key <= keys[i - 1])) return [];
  const message = '"bucket_keys" do not rise; buckets add up in this order, so rising keys are needed';
  return found([...path, 'bucket_keys'], message, { warning: 'always' });
}
