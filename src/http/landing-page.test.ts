import assert from 'node:assert/strict';
import { test } from 'node:test';
import { landingPage } from './landing-page.ts';

test('the page links to what it is given, escaped', () => {
  const page = landingPage([
    { path: '/metrics', text: 'Metrics' },
    { path: '/a"b&c', text: '<b> & "x"' },
  ]);
  assert.match(page, /^<!doctype html>\n/);
  assert.deepEqual(page.match(/<li>.*/g), [
    '<li><a href="/metrics">Metrics</a></li>',
    '<li><a href="/a&quot;b&amp;c">&lt;b&gt; &amp; &quot;x&quot;</a></li>',
  ]);
});
