import type { SamplerSettings } from './environment.ts';

/**
 * Whether a span is exported. `trace` has the trace id's 16 bytes at `offset`. `parent` is undefined for a root, else
 * whether the parent is sampled. The answers are those of the SDK's samplers of the same names.
 */
export type Sampler = (trace: Uint8Array, offset: number, parent: boolean | undefined) => boolean;

export function createSampler({ root, ratio, parentBased }: SamplerSettings): Sampler {
  const ofRoot = root === 'traceidratio' ? byRatio(ratio) : () => root === 'always_on';
  if (!parentBased) return ofRoot;
  return (trace, offset, parent) => parent ?? ofRoot(trace, offset, undefined);
}

function byRatio(ratio: number): Sampler {
  const bound = ratio === 1 ? 2 ** 32 : Math.floor(ratio * 0xffffffff);
  return (trace, offset) => {
    let mixed = 0;
    for (let at = offset; at < offset + 16; at += 4) {
      mixed ^= (trace[at]! << 24) | (trace[at + 1]! << 16) | (trace[at + 2]! << 8) | trace[at + 3]!;
    }
    return mixed >>> 0 < bound;
  };
}
