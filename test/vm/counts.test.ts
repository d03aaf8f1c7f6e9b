import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { formatCounts, parseCounts } from './counts.ts';

describe('parseCounts', () => {
  it('reads what this Node.js prints at the end of its tests', () => {
    const directory = mkdtempSync(join(tmpdir(), 'ebpf_exporter-test-'));
    try {
      const file = join(directory, 'some.test.mjs');
      writeFileSync(
        file,
        `import { it } from 'node:test';
        console.log('pass 99');
        it('a', () => {}); it('b', () => {}); it('c', { skip: 'why' }, () => {}); it('d', () => { throw 1; });`,
      );
      const { NODE_TEST_CONTEXT, ...env } = process.env;
      const args = ['--test', '--test-reporter=spec', file];
      const { stdout } = spawnSync(process.execPath, args, { encoding: 'utf8', env });
      assert.deepEqual(parseCounts(stdout), { passed: 2, failed: 1, skipped: 1 });
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  it('is undefined when there is no end', () => {
    assert.equal(parseCounts('✔ one (1 ms)\n'), undefined);
  });
});

it('formatCounts leaves out what did not happen', () => {
  assert.equal(formatCounts({ passed: 3, failed: 0, skipped: 0 }), '3 passed');
  assert.equal(formatCounts({ passed: 3, failed: 1, skipped: 2 }), '3 passed, 1 failed, 2 skipped');
});
