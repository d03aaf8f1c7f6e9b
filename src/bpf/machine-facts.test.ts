import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fakeRoot } from '../kernel/root-testing.ts';
import { readMachineFacts } from './machine-facts.ts';

test('a bare machine has nothing', () => {
  const { path } = fakeRoot({ 'proc/self/status': 'Name:\tnode\nCapPrm:\tff\nCapEff:\t000001ffffffffff\n' });
  assert.deepEqual(readMachineFacts(path), {
    capabilities: 0x1ffffffffffn,
    hasBtf: false,
    hasKprobes: false,
    hasFunctionTracer: false,
    tracefs: 'absent',
    linux: '',
  });
});

test('a full machine has everything', () => {
  const { path } = fakeRoot({
    'proc/self/status': 'CapEff:\t0000000000000000\n',
    'proc/sys/kernel/osrelease': '6.12.94+deb13-amd64\n',
    'sys/kernel/btf/vmlinux': '',
    'sys/bus/event_source/devices/kprobe/type': '8',
    'sys/kernel/debug/tracing/available_filter_functions': '',
    'sys/kernel/tracing/events/enable': '0',
  });
  assert.deepEqual(readMachineFacts(path), {
    capabilities: 0n,
    hasBtf: true,
    hasKprobes: true,
    hasFunctionTracer: true,
    tracefs: 'mounted',
    linux: '6.12',
  });
});
