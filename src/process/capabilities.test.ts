import assert from 'node:assert/strict';
import { test } from 'node:test';
import { capabilities, capabilitiesOf, describeCapabilities, parseCapabilities } from './capabilities.ts';

for (const [text, set] of [
  ['all', 'all'],
  ['none', 0n],
  ['cap_chown', 1n],
  ['cap_syslog,cap_bpf', (1n << 34n) | (1n << 39n)],
  ['CAP_BPF, cap_perfmon', 0xc000000000n],
  ['cap_checkpoint_restore', 1n << 40n],
] as const) {
  test(`keeps what "${text}" says`, () => assert.equal(parseCapabilities(text), set));
}

for (const text of ['', 'bpf', 'cap_bpf,', 'none,cap_bpf', 'cap_bfp,cap_nothing']) {
  test(`refuses "${text}"`, () => assert.throws(() => parseCapabilities(text), { code: 'usage' }));
}

test('every unknown name is in the message', () => {
  assert.throws(
    () => parseCapabilities('cap_bfp,cap_bpf,cap_nothing'),
    /unknown "cap_bfp", "cap_nothing"; it takes "all", "none" or names such as cap_syslog,cap_bpf/,
  );
});

test('a set is written by its names', () => {
  assert.equal(describeCapabilities(0n), 'none');
  assert.equal(describeCapabilities(capabilities('cap_bpf', 'cap_net_admin')), 'cap_net_admin, cap_bpf');
  assert.equal(describeCapabilities(1n << 50n), 'capability 50');
});

test('reads the sets of a thread', () => {
  const status =
    'Name:\tnode\nCapInh:\t0000000000000000\nCapPrm:\t000001ffffffffff\nCapEff:\t000000c000000000\n';
  assert.deepEqual(capabilitiesOf(`${status}CapBnd:\t0000000000000001\n`), {
    permitted: 0x1ffffffffffn,
    effective: 0xc000000000n,
    bounding: 1n,
  });
});
