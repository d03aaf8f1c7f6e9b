import { promisify } from 'node:util';
import { constants, gzip, zstdCompress } from 'node:zlib';
import { weightsOf } from './weights.ts';

/** Pages are repetitive text that is read once: the fastest level already makes them a tenth of their size. */
const encoders = {
  zstd: (bytes: Buffer) =>
    promisify(zstdCompress)(bytes, { params: { [constants.ZSTD_c_compressionLevel]: 1 } }),
  gzip: (bytes: Buffer) => promisify(gzip)(bytes, { level: 1 }),
} as const;

export type Encoding = keyof typeof encoders | 'identity';

/**
 * What to send to a client with this Accept-Encoding header (RFC 9110 section 12.5.3): of those it accepts the one it
 * weighs most, and of equals zstd before gzip.
 */
export function chooseEncoding(acceptEncoding: string | undefined): Encoding {
  const weights = weightsOf(acceptEncoding);
  const weightOf = (name: string): number => weights.get(name) ?? weights.get('*') ?? 0;
  const [best] = (['zstd', 'gzip'] as const)
    .filter((name) => weightOf(name) > 0)
    .sort((a, b) => weightOf(b) - weightOf(a));
  return best !== undefined && weightOf(best) >= (weights.get('identity') ?? 0) ? best : 'identity';
}

const encoded = new WeakMap<Buffer, Map<Encoding, Promise<Buffer>>>();

/** The bytes to send. Compression runs off the main thread, and once for all who send the same buffer. */
export async function encode(bytes: Buffer, encoding: Encoding): Promise<Buffer> {
  if (encoding === 'identity') return bytes;
  const known = encoded.get(bytes) ?? new Map<Encoding, Promise<Buffer>>();
  encoded.set(bytes, known);
  const result = known.get(encoding) ?? encoders[encoding](bytes);
  known.set(encoding, result);
  return result;
}
