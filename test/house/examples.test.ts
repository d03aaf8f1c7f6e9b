import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

const root = join(import.meta.dirname, '../..');

for (const arch of ['x86_64', 'arm64']) {
  test(`the examples compile for ${arch} with our own kernel types alone`, () => {
    const out = mkdtempSync(join(tmpdir(), 'examples-'));
    try {
      const script = join(root, 'setup/compile-examples.mjs');
      execFileSync(process.execPath, [script, '--arch', arch, '--out', out], { encoding: 'utf8' });
      const sources = readdirSync(join(root, 'examples')).filter((name) => name.endsWith('.bpf.c'));
      const objects = readdirSync(out).filter((name) => name.endsWith('.bpf.o'));
      assert.deepEqual(objects.sort(), sources.map((name) => name.replace(/c$/, 'o')).sort());
    } finally {
      rmSync(out, { recursive: true });
    }
  });
}

test('an example that slows others down, or takes what only one can have, says so: npm start leaves it out', () => {
  const read = (path: string): string => readFileSync(join(root, path), 'utf8');
  const intrusive = readdirSync(join(root, 'examples'))
    .filter((name) => name.endsWith('.bpf.c'))
    .filter((name) =>
      /^SEC\("(u(ret)?probe|xdp)\/(?!\/proc\/self\/exe:post_attach_mark)/m.test(read(`examples/${name}`)),
    )
    .map((name) => name.replace('.bpf.c', ''));
  assert.ok(intrusive.includes('uprobe') && intrusive.includes('xdp'));
  for (const name of intrusive) {
    assert.match(read(`examples/${name}.yaml`), /^# Intrusive: ./, name);
    assert.match(read(`docs/examples/${name}.md`), /^- What it costs: /m, name);
  }
});
