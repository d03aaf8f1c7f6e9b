import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { describe, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import type { Answer, Request } from './answer.ts';
import { pageRoutes } from './page-files.ts';

const made = existsSync(new URL('../../build/page/page.js.gz', import.meta.url));

describe('the files of the page', { skip: made ? false : 'npm run setup makes them' }, () => {
  const routes = pageRoutes([{ path: '/"<&metrics', text: 'Metrics' }]);
  const get = async (
    path: string,
    headers: Record<string, string> = {},
  ): Promise<Answer & { bytes: Buffer }> => {
    const request: Request = {
      client: '::1',
      headers,
      query: new URLSearchParams(),
      signal: AbortSignal.any([]),
      hold() {},
    };
    const answer = await routes[path]!(request);
    const parts: Buffer[] = [];
    for await (const { bytes } of answer.body) parts.push(Buffer.from(bytes));
    return { ...answer, bytes: Buffer.concat(parts) };
  };

  for (const path of Object.keys(routes)) {
    test(`${path} runs nothing but itself and loads nothing from elsewhere`, async () => {
      const { headers } = await get(path);
      assert.match(String(headers['Content-Security-Policy']), /^default-src 'none'; script-src 'self'; /);
      assert.equal(headers['X-Content-Type-Options'], 'nosniff');
    });

    test(`${path} is sent compressed to those who take that, and not at all to those who have it`, async () => {
      const plain = await get(path);
      const compressed = await get(path, { 'accept-encoding': 'gzip' });
      assert.equal(compressed.headers['Content-Encoding'], 'gzip');
      assert.deepEqual(gunzipSync(compressed.bytes), plain.bytes);
      const again = await get(path, { 'if-none-match': String(plain.headers.ETag) });
      assert.deepEqual([again.status, again.bytes.length], [304, 0]);
    });
  }

  test('have the links that they are given', async () => {
    const { bytes } = await get('/');
    assert.match(bytes.toString(), /data-links="\[\{&quot;path&quot;:&quot;\/\\&quot;&lt;&amp;metrics&quot;/);
  });

  test('have no script or style in the page itself', async () => {
    const { bytes } = await get('/');
    assert.doesNotMatch(bytes.toString(), /<style|<script(?![^>]* src=)|\son\w+=|style=/);
  });

  test('hold a script of less than 150 KB compressed, that an HTML file can hold', async () => {
    const { bytes } = await get('/ui/page.js', { 'accept-encoding': 'gzip' });
    assert.ok(bytes.length < 150 * 1024, `${bytes.length} bytes`);
    assert.doesNotMatch(gunzipSync(bytes).toString(), /<\/script|<!--/i);
  });
});
