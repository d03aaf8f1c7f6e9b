import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { cpio } from './cpio.ts';

describe('cpio', () => {
  const archive = cpio([
    { path: 'bin', type: 'directory' },
    { path: 'init', type: 'file', content: '#!/bin/sh\n', mode: 0o600, modified: 0x12345678 },
    { path: 'modules', type: 'link', content: '/host' },
  ]);

  it('writes headers, names and contents, each aligned to 4 bytes', () => {
    const zeros = '0'.repeat(8);
    const directory = `070701000000010${'00041ed'}${zeros.repeat(2)}00000001${zeros.repeat(6)}00000004${zeros}bin\0`;
    assert.equal(archive.toString('latin1', 0, 116), `${directory}\0\0`);
    assert.equal(archive.length % 4, 0);
  });

  it('keeps the kinds and the contents of its entries', () => {
    assert.deepEqual(entriesOf(archive), [
      { name: 'bin', mode: 0o40755, modified: 0, content: '' },
      { name: 'init', mode: 0o100600, modified: 0x12345678, content: '#!/bin/sh\n' },
      { name: 'modules', mode: 0o120755, modified: 0, content: '/host' },
      { name: 'TRAILER!!!', mode: 0, modified: 0, content: '' },
    ]);
  });
});

/** Reads an archive as the kernel does: each record's lengths say where the next one begins. */
function entriesOf(archive: Buffer): { name: string; mode: number; modified: number; content: string }[] {
  const found = [];
  for (let at = 0; at < archive.length; ) {
    assert.equal(archive.toString('latin1', at, at + 6), '070701');
    const field = (index: number): number =>
      Number.parseInt(archive.toString('latin1', at + 6 + index * 8, at + 14 + index * 8), 16);
    const nameEnd = at + 110 + field(11);
    const content = (nameEnd + 3) & ~3;
    found.push({
      name: archive.toString('utf8', at + 110, nameEnd - 1),
      mode: field(1),
      modified: field(5),
      content: archive.toString('utf8', content, content + field(6)),
    });
    at = (content + field(6) + 3) & ~3;
  }
  return found;
}
