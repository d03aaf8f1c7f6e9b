import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LabelSpec } from '../config/spec.ts';
import { compileLabels } from '../decoders/compile.ts';
import { decoderSpec, hostBytes } from '../decoders/decoder-testing.ts';
import { placeInOrder } from '../decoders/placed-label.ts';
import { stubSystem } from '../decoders/system-testing.ts';
import { Changes, nameBit, unknownName } from '../kernel/changes.ts';
import type { EntrySource } from './entry-source.ts';
import type { KeySeriesOptions } from './key-series.ts';
import { FakeSource, label } from './metric-testing.ts';
import { collect, ids, tableOf } from './series-table-testing.ts';

/* What a series table does when answers of the system, on which its keys rest, have changed. */

/** Names of interfaces, and of cgroups, that a test changes; and the numbers that were asked for. */
function given() {
  const names = new Map<number, string>();
  const asked: number[] = [];
  const interfaces = {
    refresh() {},
    changes: new Changes(),
    name: (index: number) => {
      asked.push(index);
      return names.get(index);
    },
  };
  const cgroups = {
    refresh() {},
    changes: new Changes(),
    lasting: true,
    path: (cgroup: bigint) => interfaces.name(Number(cgroup)),
  };
  const system = { ...stubSystem, interfaces, cgroups: { hierarchy: () => cgroups } };
  const ifname = label('ifname', 4, decoderSpec('ifname'));
  const cgroup = label('cgroup', 4, 'uint', decoderSpec('cgroup'));
  return {
    names,
    interfaces,
    cgroups,
    takeAsked: () => asked.splice(0),
    table: (source: EntrySource, specs: readonly LabelSpec[], options: Partial<KeySeriesOptions> = {}) =>
      tableOf(source, specs, { labels: compileLabels(placeInOrder(specs), system), ...options }),
    ifname,
    cgroup,
  };
}

test('a name that came is given to the keys that had none, and only those are decoded again', () => {
  const { names, interfaces, takeAsked, table, ifname } = given();
  names.set(1, 'lo');
  const series = table(new FakeSource(4, ids(1, 2, 3)), [ifname]);
  assert.deepEqual(collect(series), {
    'ifname="lo"': 10,
    'ifname="unknown:2"': 20,
    'ifname="unknown:3"': 30,
  });
  names.set(2, 'eth0');
  takeAsked();
  assert.deepEqual(collect(series), {
    'ifname="lo"': 10,
    'ifname="unknown:2"': 20,
    'ifname="unknown:3"': 30,
  });
  assert.deepEqual(takeAsked(), []);
  interfaces.changes.note(unknownName);
  for (let scrape = 0; scrape < 3; scrape++) {
    assert.deepEqual(collect(series), { 'ifname="lo"': 10, 'ifname="eth0"': 20, 'ifname="unknown:3"': 30 });
    assert.deepEqual(takeAsked(), scrape === 0 ? [2, 3] : []);
  }
});

test('a name that changed is changed for the keys that have it, and only those are decoded again', () => {
  const { names, interfaces, takeAsked, table, ifname } = given();
  for (const index of [1, 2, 3]) names.set(index, `eth${index}`);
  const source = new FakeSource(8, [
    [hostBytes(4, 1, 1), 1],
    [hostBytes(4, 2, 1), 2],
    [hostBytes(4, 2, 3), 3],
  ]);
  const series = table(source, [ifname, { ...ifname, name: 'to' }]);
  collect(series);
  names.set(3, 'wan');
  interfaces.changes.note(nameBit(3));
  takeAsked();
  assert.deepEqual(collect(series), {
    'ifname="eth1",to="eth1"': 1,
    'ifname="eth2",to="eth1"': 2,
    'ifname="eth2",to="wan"': 3,
  });
  assert.deepEqual(takeAsked(), [2, 3]);
});

test('keys become equal, and apart again', () => {
  const { names, interfaces, table, ifname } = given();
  names.set(1, 'a').set(2, 'b');
  const series = table(new FakeSource(4, ids(1, 2)), [ifname]);
  for (let turn = 0; turn < 4; turn++) {
    assert.deepEqual(collect(series), { 'ifname="a"': 10, 'ifname="b"': 20 });
    names.set(2, 'a');
    interfaces.changes.note(nameBit(2));
    assert.deepEqual(collect(series), { 'ifname="a"': 30 });
    names.set(2, 'b');
    interfaces.changes.note(nameBit(2));
  }
});

test('a cgroup keeps its name as long as its key lives, also when another label changes', () => {
  const { names, interfaces, cgroups, table, ifname, cgroup } = given();
  const odd = 'a="b",c="d\\e\nf';
  names.set(1, 'lo').set(7, odd);
  const key = hostBytes(4, 7, 1);
  const source = new FakeSource(8, [[key, 5]]);
  const series = table(source, [cgroup, ifname]);
  const cgroupText = String.raw`cgroup="a=\"b\",c=\"d\\e\nf"`;
  assert.deepEqual(collect(series), { [`${cgroupText},ifname="lo"`]: 5 });
  names.delete(7);
  cgroups.changes.note(unknownName);
  assert.deepEqual(collect(series), { [`${cgroupText},ifname="lo"`]: 5 });
  names.set(1, 'lan');
  interfaces.changes.note(nameBit(1));
  assert.deepEqual(collect(series), { [`${cgroupText},ifname="lan"`]: 5 });
});

test('a thousand cgroups that come and go have no known key decoded again', () => {
  const { names, cgroups, takeAsked, table, cgroup } = given();
  names.set(1, '/one');
  const series = table(new FakeSource(4, ids(1, 2)), [cgroup]);
  collect(series);
  takeAsked();
  for (let number = 100; number < 1100; number++) {
    names.set(number, `/${number}`);
    names.delete(number - 10);
    if (number === 600) names.set(2, '/two').delete(1);
    cgroups.changes.note(unknownName);
    const two = number < 600 ? 'unknown_cgroup_id:2' : '/two';
    assert.deepEqual(collect(series), { 'cgroup="/one"': 10, [`cgroup="${two}"`]: 20 });
  }
  assert.deepEqual(new Set(takeAsked()), new Set([2]));
});

test('a key that was skipped for want of a name is no longer when it comes', () => {
  const { names, cgroups, table, cgroup } = given();
  const known = decoderSpec('regexp', { regexps: ['^/.*'] });
  const source = new FakeSource(4, ids(1));
  const series = table(source, [{ ...cgroup, decoders: [...cgroup.decoders, known] }]);
  assert.deepEqual(collect(series), {});
  names.set(1, '/one');
  cgroups.changes.note(unknownName);
  assert.deepEqual(collect(series), { 'cgroup="/one"': 10 });
  names.clear();
  cgroups.changes.note(unknownName);
  assert.deepEqual(collect(series), { 'cgroup="/one"': 10 });
});

test('every CPU of a key follows', () => {
  const { names, interfaces, table, ifname } = given();
  const cpu = label('cpu', 2, 'uint');
  const series = table(new FakeSource(4, [[hostBytes(4, 1), 3, 4]], 2), [ifname, cpu], {
    keyBytes: 4,
    splitCpus: 2,
  });
  assert.deepEqual(collect(series), { 'cpu="0",ifname="unknown:1"': 3, 'cpu="1",ifname="unknown:1"': 4 });
  names.set(1, 'lo');
  interfaces.changes.note(unknownName);
  assert.deepEqual(collect(series), { 'cpu="0",ifname="lo"': 3, 'cpu="1",ifname="lo"': 4 });
});

test('names that a minute of absence took are decoded anew when their key returns', () => {
  const { names, cgroups, table, cgroup } = given();
  names.set(1, '/one');
  let nowMs = 0;
  const source = new FakeSource(4, ids(1));
  const series = table(source, [cgroup], { nowMs: () => nowMs });
  collect(series);
  names.clear();
  cgroups.changes.note(unknownName);
  source.entries = [];
  for (; nowMs < 120_000; nowMs += 30_000) collect(series);
  source.entries = ids(1);
  assert.deepEqual(collect(series), { 'cgroup="unknown_cgroup_id:1"': 10 });
});
