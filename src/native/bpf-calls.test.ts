import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { closeSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openNative } from './library.ts';

const library = join(import.meta.dirname, 'library.ts');
const number = process.arch === 'arm64' ? 280 : 321;

/** BPF_MAP_CREATE of a hash from u32 to u64; undefined where that is not allowed. */
function createHash(maxEntries: number): number | undefined {
  const attr = Buffer.alloc(48);
  for (const [nth, value] of [1, 4, 8, maxEntries].entries()) attr.writeUInt32LE(value, nth * 4);
  const fd = openNative().c.syscall$bpf(number, 0, attr, attr.length);
  return fd < 0 ? undefined : fd;
}

function bytes(size: 4 | 8, value: number): Buffer {
  const buffer = Buffer.alloc(size);
  buffer.writeUInt32LE(value);
  return buffer;
}

test('maps are written and read, one entry or many at a time', (t) => {
  const { bpf } = openNative();
  const fd = createHash(8);
  if (fd === undefined) return t.skip('bpf(2) makes no map here');
  for (const key of [1, 2, 3])
    assert.equal(bpf.bpf_map_update_elem(fd, bytes(4, key), bytes(8, key * 10), 0), 0);

  const value = Buffer.alloc(8);
  assert.equal(bpf.bpf_map_lookup_elem(fd, bytes(4, 2), value), 0);
  assert.equal(value.readBigUInt64LE(), 20n);
  assert.equal(bpf.bpf_map_lookup_elem(fd, bytes(4, 9), value), -2, 'ENOENT');

  const walked: number[] = [];
  const next = Buffer.alloc(4);
  for (
    let from: Buffer | null = null;
    bpf.bpf_map_get_next_key(fd, from, next) === 0;
    from = Buffer.from(next)
  ) {
    walked.push(next.readUInt32LE());
  }
  assert.deepEqual(walked.sort(), [1, 2, 3]);

  const [keys, values, count] = [Buffer.alloc(32), Buffer.alloc(64), bytes(4, 8)];
  const result = bpf.bpf_map_lookup_batch(fd, null, Buffer.alloc(4), keys, values, count, null);
  assert.equal(result, -2, 'ENOENT: there are no more');
  assert.equal(count.readUInt32LE(), 3);
  for (let i = 0; i < 3; i++) {
    assert.equal(values.readBigUInt64LE(i * 8), BigInt(keys.readUInt32LE(i * 4) * 10));
  }

  const [info, length] = [Buffer.alloc(80), bytes(4, 80)];
  assert.equal(bpf.bpf_obj_get_info_by_fd(fd, info, length), 0);
  assert.deepEqual([info.readUInt32LE(0), info.readUInt32LE(8), info.readUInt32LE(16)], [1, 4, 8]);
  assert.ok(length.readUInt32LE() <= 80);
  closeSync(fd);
  assert.equal(bpf.bpf_map_lookup_elem(fd, bytes(4, 2), value), -9, 'EBADF');
});

test('libbpf is not loaded for them', () => {
  const script = `
    import { readFileSync } from 'node:fs';
    const { openNative } = await import(${JSON.stringify(library)});
    const loaded = () => readFileSync('/proc/self/maps', 'utf8').includes('libbpf');
    const { bpf } = openNative();
    bpf.bpf_map_lookup_elem(-1, Buffer.alloc(4), Buffer.alloc(8));
    const before = loaded();
    let version;
    try { version = bpf.libbpf_version_string(); } catch {}
    console.log(JSON.stringify([before, loaded() === (version !== undefined)]));`;
  const args = ['--disable-warning=ExperimentalWarning', '--input-type=module', '--eval', script];
  assert.equal(execFileSync(process.execPath, args, { encoding: 'utf8' }), '[false,true]\n');
});
