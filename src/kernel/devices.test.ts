import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createDevices } from './devices.ts';
import { fakeRoot } from './root-testing.ts';

const partitions = `major minor  #blocks  name

   8        0  976762584 sda
   8        1     524288 sda1
 259    65537  500107608 nvme0n1p7
 104        0   71687372 cciss/c0d0
`;

test('a block device has its name of /proc/partitions', () => {
  const devices = createDevices(fakeRoot({ 'proc/partitions': partitions }).path, assert.fail);
  assert.equal(devices.name(8, 0), 'sda');
  assert.equal(devices.name(8, 1), 'sda1');
  assert.equal(devices.name(259, 65537), 'nvme0n1p7');
  assert.equal(devices.name(104, 0), 'cciss/c0d0');
  assert.equal(devices.name(1, 8), undefined);
});

test('a device that appears after it was asked for is a change', () => {
  const root = fakeRoot({ 'proc/partitions': partitions });
  let nowMs = 0;
  const devices = createDevices(root.path, assert.fail, () => nowMs);
  assert.equal(devices.name(8, 16), undefined);
  nowMs += 1000;
  devices.refresh();
  assert.equal(devices.changes.generation, 0);
  root.write('proc/partitions', `${partitions}   8       16  976762584 sdb\n`);
  nowMs += 1000;
  devices.refresh();
  assert.equal(devices.changes.generation, 1);
  assert.equal(devices.name(8, 16), 'sdb');
});

test('a missing /proc/partitions is said once', () => {
  const warnings: string[] = [];
  const devices = createDevices(fakeRoot().path, (message) => warnings.push(message));
  assert.equal(devices.name(8, 0), undefined);
  devices.refresh();
  assert.equal(warnings.length, 1);
  assert.match(warnings[0]!, /^Cannot list block devices: ENOENT/);
});
