import assert from 'node:assert/strict';
import { test } from 'node:test';
import { capabilities } from './capabilities.ts';
import { checkPrivileges } from './privileges.ts';

const all = (1n << 41n) - 1n;
const root = { permitted: all, effective: all, bounding: all };
const nobody = { name: 'nobody', uid: 65534, gid: 65534 };
const bpf = capabilities('cap_bpf', 'cap_perfmon');

test('root may drop everything, or become another user, without a warning', () => {
  assert.deepEqual(checkPrivileges({ keep: 0n, user: undefined }, root, 0), []);
  assert.deepEqual(checkPrivileges({ keep: bpf, user: nobody }, root, 0), []);
});

test('a capability that we do not hold cannot be kept', () => {
  const held = { permitted: bpf, effective: bpf, bounding: all };
  assert.throws(() => checkPrivileges({ keep: bpf | 1n, user: undefined }, held, 1000), {
    code: 'privileges',
    message: 'Cannot drop privileges: cap_chown cannot be kept: this process does not have it',
  });
});

test('without cap_setpcap another user than root is warned that the bounding set stays', () => {
  const held = { permitted: bpf, effective: bpf, bounding: all };
  assert.match(checkPrivileges({ keep: bpf, user: undefined }, held, 1000)[0]!, /CapabilityBoundingSet=/);
  assert.deepEqual(checkPrivileges({ keep: bpf, user: undefined }, { ...held, bounding: bpf }, 1000), []);
});

test('without cap_setpcap root would have its bounding set again', () => {
  const held = { permitted: bpf, effective: bpf, bounding: all };
  assert.throws(() => checkPrivileges({ keep: 0n, user: undefined }, held, 0), /add cap_setpcap/);
});

test('changing the user takes two capabilities, being it already none', () => {
  const held = { permitted: bpf | capabilities('cap_setuid'), effective: bpf, bounding: bpf };
  assert.throws(() => checkPrivileges({ keep: bpf, user: nobody }, held, 1000), /needs cap_setgid;/);
  assert.deepEqual(checkPrivileges({ keep: bpf, user: nobody }, held, nobody.uid), []);
});
