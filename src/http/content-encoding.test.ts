import assert from 'node:assert/strict';
import { buffer } from 'node:stream/consumers';
import { test } from 'node:test';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { chooseEncoding, createEncoder, type Encoding, encode } from './content-encoding.ts';

const table: readonly [acceptEncoding: string | undefined, encoding: Encoding][] = [
  [undefined, 'identity'],
  ['', 'identity'],
  ['identity', 'identity'],
  ['br, deflate', 'identity'],
  ['gzip', 'gzip'],
  ['GZip', 'gzip'],
  ['zstd', 'zstd'],
  ['gzip, zstd', 'zstd'],
  ['gzip, deflate, br, zstd', 'zstd'],
  ['gzip;q=1.0, zstd;q=0.9', 'gzip'],
  ['gzip ; q=0.5 , zstd ; Q=0.6', 'zstd'],
  ['gzip;q=0', 'identity'],
  ['zstd;q=0, gzip', 'gzip'],
  ['*', 'zstd'],
  ['*;q=0', 'identity'],
  ['*, zstd;q=0', 'gzip'],
  ['gzip;q=0.8, *;q=0.1', 'gzip'],
  ['gzip;q=0.5, identity', 'identity'],
  ['gzip;q=0.5, identity;q=0.5', 'gzip'],
  ['gzip;q=high', 'identity'],
  ['gzip;level=1', 'gzip'],
  [',,gzip,', 'gzip'],
  ['gzipped', 'identity'],
];

for (const [acceptEncoding, encoding] of table) {
  test(`Accept-Encoding ${JSON.stringify(acceptEncoding)} gets ${encoding}`, () =>
    assert.equal(chooseEncoding(acceptEncoding), encoding));
}

test('encoded bytes decode to what they were', async () => {
  const page = Buffer.from('# HELP a A.\n'.repeat(1000));
  assert.equal(await encode(page, 'identity'), page);
  assert.deepEqual(gunzipSync(await encode(page, 'gzip')), page);
  assert.deepEqual(zstdDecompressSync(await encode(page, 'zstd')), page);
  assert.ok((await encode(page, 'gzip')).length < 500);
  assert.deepEqual(gunzipSync(await encode(Buffer.alloc(0), 'gzip')), Buffer.alloc(0));
});

test('what comes in parts decodes to the whole', async () => {
  const part = Buffer.from('# HELP a A.\n'.repeat(1000));
  for (const [encoding, decode] of [
    ['gzip', gunzipSync],
    ['zstd', zstdDecompressSync],
  ] as const) {
    const encoder = createEncoder(encoding);
    encoder.write(part);
    encoder.end(part);
    assert.deepEqual(decode(await buffer(encoder)), Buffer.concat([part, part]));
  }
});
