import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPciIds } from './pci-ids.ts';
import { fakeRoot } from './root-testing.ts';

const text = `#
#	List of PCI ID's
#
0010  Allied Telesis, Inc (Wrong ID)
# A comment in between
	8139  AT-2500TX V3 Ethernet
8086  Intel Corporation
	1000  82542 Gigabit Ethernet Controller (Fiber)
		0e11 b0df  NC6132 Gigabit Module
	1001  82543GC Gigabit Ethernet Controller (Fiber)
C 01  Mass storage controller
	08  Non-Volatile memory controller
		02  NVM Express
C 02  Network controller
	00  Ethernet controller
`;

for (const place of ['usr/share/misc/pci.ids', 'usr/share/hwdata/pci.ids']) {
  test(`names come from ${place}`, () => {
    const pci = createPciIds(fakeRoot({ [place]: text }).path, assert.fail);
    assert.equal(pci.present, true);
    assert.equal(pci.vendor(0x10), 'Allied Telesis, Inc (Wrong ID)');
    assert.equal(pci.vendor(0x8086), 'Intel Corporation');
    assert.equal(pci.device(0x10, 0x8139), 'AT-2500TX V3 Ethernet');
    assert.equal(pci.device(0x8086, 0x1000), '82542 Gigabit Ethernet Controller (Fiber)');
    assert.equal(pci.class(1), 'Mass storage controller');
    assert.equal(pci.subclass(1, 8), 'Non-Volatile memory controller');
    assert.equal(pci.subclass(2, 0), 'Ethernet controller');
  });
}

test('what is not in the file is unknown', () => {
  const pci = createPciIds(fakeRoot({ 'usr/share/misc/pci.ids': text }).path, assert.fail);
  assert.equal(pci.vendor(1), undefined);
  assert.equal(pci.device(0x10, 0x1000), undefined);
  assert.equal(pci.class(0x80), undefined);
  assert.equal(pci.subclass(1, 2), undefined);
});

test('a missing file is said once, at the first question', () => {
  const warnings: string[] = [];
  const pci = createPciIds(fakeRoot().path, (message) => warnings.push(message));
  assert.deepEqual(warnings, []);
  assert.equal(pci.present, false);
  assert.equal(pci.vendor(0x8086), undefined);
  assert.equal(warnings.length, 1);
  assert.match(warnings[0]!, /^PCI names stay unknown, pci\.ids is needed: ENOENT/);
});
