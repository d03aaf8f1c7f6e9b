import type { EntryBatch } from './entry-source.ts';
import type { ValuePart } from './placed-value.ts';

/** The keys of entries `first..last` of a batch, at their places, with parts of their values behind them. */
export type ComposeKeys = (batch: EntryBatch, first: number, last: number) => Buffer;

export function composedKeys(keySize: number, valueStride: number, parts: readonly ValuePart[]): ComposeKeys {
  const size = keySize + parts.reduce((sum, part) => sum + part.size, 0);
  let composed = Buffer.alloc(0);
  return ({ count, keys, values }, first, last) => {
    if (composed.length < count * size) composed = Buffer.from(new ArrayBuffer(count * size));
    for (let entry = first; entry < last; entry++) {
      let to = entry * size;
      to += keys.copy(composed, to, entry * keySize, (entry + 1) * keySize);
      for (const part of parts) {
        const start = entry * valueStride + part.offset;
        to += values.copy(composed, to, start, start + part.size);
      }
    }
    return composed;
  };
}
