import type { Transform } from 'node:stream';
import { promisify } from 'node:util';
import type * as Zlib from 'node:zlib';
import { weightsOf } from './weights.ts';

/** Loaded when a client first asks for compression. */
const zlib = (): typeof Zlib => process.getBuiltinModule('node:zlib');

/** Pages are repetitive text that is read once: the fastest level already makes them a tenth of their size. */
const gzipOptions = { level: 1 };
const zstdOptions = () => ({ params: { [zlib().constants.ZSTD_c_compressionLevel]: 1 } });

const encoders = {
  zstd: {
    whole: (bytes: Buffer) => promisify(zlib().zstdCompress)(bytes, zstdOptions()),
    parts: () => zlib().createZstdCompress(zstdOptions()),
  },
  gzip: {
    whole: (bytes: Buffer) => promisify(zlib().gzip)(bytes, gzipOptions),
    parts: () => zlib().createGzip(gzipOptions),
  },
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

/** The bytes to send. Compression runs off the main thread. */
export async function encode(bytes: Buffer, encoding: Encoding): Promise<Buffer> {
  return encoding === 'identity' ? bytes : encoders[encoding].whole(bytes);
}

/** The same for what comes in parts. */
export function createEncoder(encoding: Exclude<Encoding, 'identity'>): Transform {
  return encoders[encoding].parts();
}
