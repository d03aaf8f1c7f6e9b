import assert from 'node:assert/strict';
import { networkInterfaces } from 'node:os';
import { test } from 'node:test';
import { openNative } from '../native/library.ts';
import { fakeNative, libbpfMissing } from '../native/native-testing.ts';
import { listInterfaces } from './interfaces.ts';

test('every interface with an address is listed with its index', { skip: libbpfMissing() }, () => {
  const native = openNative();
  const found = listInterfaces(native);
  for (const name of Object.keys(networkInterfaces())) {
    assert.equal(found.find((one) => one.name === name)?.index, native.c.if_nametoindex(name));
  }
});

test('without a list there are none', () => {
  assert.deepEqual(listInterfaces(fakeNative({ c: { if_nameindex: () => null } })), []);
});

test('the list is read to its end and freed', () => {
  const freed: unknown[] = [];
  const native = fakeNative({
    c: {
      if_nameindex: () => 1000n,
      if_freenameindex: (list) => {
        freed.push(list);
      },
    },
    read: (pointer) => {
      const entry = Buffer.alloc(16);
      const at = Number(pointer - 1000n) / 16;
      entry.writeUInt32LE([3, 8, 0][at]!);
      entry.writeBigUInt64LE(BigInt(at), 8);
      return entry;
    },
    text: (pointer) => ['lo', 'eth0'][Number(pointer)]!,
  });
  assert.deepEqual(listInterfaces(native), [
    { index: 3, name: 'lo' },
    { index: 8, name: 'eth0' },
  ]);
  assert.deepEqual(freed, [1000n]);
});
