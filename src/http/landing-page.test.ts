import assert from 'node:assert/strict';
import { test } from 'node:test';
import { landingPage } from './landing-page.ts';

const nothing = { version: '1.2.3', links: [], configs: [] };

test('the page links to what it is given, escaped', () => {
  const page = landingPage({
    ...nothing,
    links: [
      { path: '/metrics', text: 'Metrics' },
      { path: '/a"b&c', text: '<b> & "x"' },
    ],
  });
  assert.match(page, /^<!doctype html>\n/);
  assert.deepEqual(page.match(/<li>.*/g), [
    '<li><a href="/metrics">Metrics</a></li>',
    '<li><a href="/a&quot;b&amp;c">&lt;b&gt; &amp; &quot;x&quot;</a></li>',
  ]);
});

test('the page says the version', () => assert.match(landingPage(nothing), /Version 1\.2\.3\./));

test('the page names what is attached, and what does not work and why, escaped', () => {
  const page = landingPage({
    ...nothing,
    configs: [
      {
        name: 'one',
        programs: [
          { name: 'a', section: 'kprobe/x' },
          { name: 'b', section: 'uprobe/"<x>"', reason: 'no <symbol>\nof "that" name' },
        ],
        metrics: [{ name: 'm_total', reason: 'key is 8 bytes' }],
      },
      { name: 'two', reason: 'EPERM & more', programs: [], metrics: [] },
    ],
  });
  assert.equal(
    page.slice(page.indexOf('<h2>')),
    `<h2>one</h2>
<ul>
<li><b>a</b> <code>kprobe/x</code>: attached</li>
<li><b>b</b> <code>uprobe/&quot;&lt;x&gt;&quot;</code>: not attached<pre>no &lt;symbol&gt;
of &quot;that&quot; name</pre></li>
<li><b>m_total</b>: metric disabled<pre>key is 8 bytes</pre></li>
</ul>
<h2>two: not loaded</h2>
<pre>EPERM &amp; more</pre>
</html>
`,
  );
});
