import assert from 'node:assert/strict';
import { closeSync, openSync } from 'node:fs';
import { test } from 'node:test';
import { fakeNative } from '../native/native-testing.ts';
import { runIterator } from './iterator.ts';

const iterator = { name: 'count_tasks', link: 7 };

test('an iterator is read to its end, in turns, and closed', () => {
  const closed: number[] = [];
  let fd = -1;
  const native = fakeNative({
    bpf: {
      bpf_iter_create: (link) => {
        assert.equal(link, 7);
        fd = openSync(process.execPath, 'r'); // a file of some MiB stands for what it prints
        return fd;
      },
    },
    c: {
      close: (one) => {
        closed.push(one);
        closeSync(one);
        return 0;
      },
    },
  });
  assert.ok([...runIterator(native, iterator)].length > 100);
  assert.deepEqual(closed, [fd]);
});

test('an iterator that is refused says so', () => {
  const native = fakeNative({ bpf: { bpf_iter_create: () => -1 } });
  assert.throws(() => [...runIterator(native, iterator)], {
    code: 'map_read',
    message: 'Cannot run iterator program "count_tasks": EPERM (operation not permitted)',
  });
});

test('an iterator that fails half way says so and is closed', () => {
  const closed: number[] = [];
  const native = fakeNative({
    bpf: { bpf_iter_create: () => openSync('/', 'r') }, // EISDIR
    c: {
      close: (fd) => {
        closed.push(fd);
        closeSync(fd);
        return 0;
      },
    },
  });
  assert.throws(() => [...runIterator(native, iterator)], { code: 'map_read', message: /: EISDIR/ });
  assert.equal(closed.length, 1);
});
