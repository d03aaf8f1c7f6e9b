import type { DecoderSpec, LabelSpec } from '../config/spec.ts';

/** A label, and where its bytes are. */
export type PlacedLabel = {
  readonly name: string;
  /** Bytes from the start of the key or record. */
  readonly offset: number;
  readonly size: number;
  readonly decoders: readonly DecoderSpec[];
};

/** Where the labels of a key or a record are, and how many bytes of it they need. */
export type Placement = { readonly labels: readonly PlacedLabel[]; readonly size: number };

/** One label after the other, as sizes and paddings say. */
export function placeInOrder(specs: readonly LabelSpec[]): Placement {
  let size = 0;
  const labels = specs.map((spec) => {
    const offset = size;
    size += spec.size + spec.padding;
    return { name: spec.name, offset, size: spec.size, decoders: spec.decoders };
  });
  return { labels, size };
}
