import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSystem } from './create-system.ts';
import { fakeRoot } from './root-testing.ts';

test('making a system and refreshing it reads nothing', () => {
  const warnings: string[] = [];
  const system = createSystem({
    root: fakeRoot().path,
    listInterfaces: assert.fail,
    warn: (message) => warnings.push(message),
  });
  for (const changing of [
    system.symbols,
    system.interfaces,
    system.devices,
    system.cgroups.hierarchy(undefined),
  ]) {
    changing.refresh();
    assert.equal(changing.changes.generation, 0);
  }
  assert.deepEqual(warnings, []);
});

test('a system answers from its root', () => {
  const system = createSystem({
    root: fakeRoot({
      'proc/kallsyms': 'ffffffff81000000 T _text\n',
      'proc/partitions': 'major minor  #blocks  name\n\n   8        0  976762584 sda\n',
      'usr/share/misc/pci.ids': '8086  Intel Corporation\n',
    }).path,
    listInterfaces: () => [{ index: 1, name: 'lo' }],
    warn: assert.fail,
  });
  assert.equal(system.symbols.at(0xffffffff81000000n), '_text');
  assert.equal(system.interfaces.name(1), 'lo');
  assert.equal(system.devices.name(8, 0), 'sda');
  assert.equal(system.pci.vendor(0x8086), 'Intel Corporation');
  assert.equal(system.cgroups.hierarchy(undefined).path(1n), undefined);
});
