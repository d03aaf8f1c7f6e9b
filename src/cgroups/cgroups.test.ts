import assert from 'node:assert/strict';
import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { fakeRoot } from '../kernel/root-testing.ts';
import { openNative } from '../native/library.ts';
import { fakeNative, libbpfMissing } from '../native/native-testing.ts';
import { SystemCgroups } from './cgroups.ts';
import { deviceOf } from './mounts.ts';

/** A machine where directories stand for the hierarchies of these names, and the kernel tells of nothing. */
function given(t: TestContext, ...names: readonly string[]) {
  const { path: root, write } = fakeRoot();
  const logged: string[] = [];
  const log = (message: string): void => {
    logged.push(message.replaceAll(root, ''));
  };
  const mounts = { changed: false };
  /** All are on the device of the test's own file system, so that only one at a time can be seen. */
  const mount = (...mounted: readonly string[]): void => {
    for (const name of mounted) mkdirSync(join(root, name, 'service'), { recursive: true });
    const device = deviceOf(statSync(root).dev);
    const line = (name: string): string =>
      `30 20 ${device} / ${join(root, name)} rw - ${name === 'cgroup2' ? name : 'cgroup'} none rw,${name}\n`;
    write('proc/self/mountinfo', mounted.map(line).join(''));
    mounts.changed = true;
  };
  mount(...names);
  const { c } = openNative();
  const native = fakeNative({
    c: {
      open: c.open,
      close: c.close,
      getdents64: c.getdents64,
      fanotify_init: () => -1,
      poll: (polled) => {
        (polled as Buffer).writeInt16LE(mounts.changed ? 8 : 0, 6);
        mounts.changed = false;
        return 1;
      },
    },
    errno: () => 1,
  });
  const cgroups = new SystemCgroups({ native, root, log: { warn: log, info: log } });
  t.after(() => cgroups.close());
  const idOf = (path: string): bigint => BigInt(statSync(join(root, path)).ino);
  return { cgroups, logged, mount, idOf, name: (path?: string) => path?.replace(root, '') };
}

describe('the cgroups of a system', { skip: libbpfMissing() }, () => {
  test('of v1 alone are those of a controller, which is said', (t) => {
    const { cgroups, logged, idOf, name } = given(t, 'memory');
    const names = cgroups.hierarchy(undefined);
    assert.equal(name(names.path(idOf('memory/service'))), '/memory/service');
    assert.deepEqual(logged.slice(0, 1), [
      'There is no cgroup2: cgroup ids are taken for those of memory, at /memory',
    ]);
  });

  test('that the kernel does not tell of are walked, which is said once for two that ask', (t) => {
    const { cgroups, logged, idOf, name } = given(t, 'cgroup2');
    const [first, second] = [cgroups.hierarchy(undefined), cgroups.hierarchy('cgroup2')];
    cgroups.open();
    for (const names of [first, second]) {
      assert.equal(name(names.path(idOf('cgroup2/service'))), '/cgroup2/service');
    }
    assert.equal(cgroups.hierarchy('cgroup2'), second);
    assert.deepEqual(
      cgroups.states().map(({ hierarchy, mode, live }) => [hierarchy, mode, live]),
      [['cgroup2', 'walked', 2]],
    );
    const said = logged.filter((line) => line.startsWith('Cannot be notified of cgroups at /cgroup2: '));
    assert.equal(said.length, 1);
    assert.match(said[0]!, /fanotify_init: EPERM .*; CAP_SYS_ADMIN is needed\./);
  });

  test('of a part of a hierarchy are named from there, which is said', (t) => {
    const { cgroups, logged } = given(t, 'cgroup2'); // whose root has the id of a directory, not 1
    cgroups.hierarchy(undefined);
    cgroups.open();
    assert.match(logged.join('\n'), /Only a part of the cgroup hierarchy cgroup2 is at \/cgroup2, /);
  });

  test('of a hierarchy that is not mounted are unknown until it is', (t) => {
    const { cgroups, logged, mount, idOf, name } = given(t, 'memory');
    const names = cgroups.hierarchy('pids');
    assert.equal(names.path(idOf('memory/service')), undefined);
    assert.deepEqual(logged, [
      'No cgroup hierarchy "pids" is mounted; there are: memory. Its cgroups stay unknown until it is',
    ]);
    mount('pids');
    const { generation } = names.changes;
    names.refresh();
    assert.ok(names.changes.generation > generation);
    assert.equal(name(names.path(idOf('pids/service'))), '/pids/service');
  });

  test('keep their names when the hierarchy is unmounted, and have one state when it is elsewhere', (t) => {
    const { cgroups, mount, idOf, name } = given(t, 'memory');
    const names = cgroups.hierarchy(undefined);
    const id = idOf('memory/service');
    names.path(id);
    mount();
    names.refresh();
    assert.equal(name(names.path(id)), '/memory/service');
    mount('cgroup2');
    names.refresh();
    assert.equal(name(names.path(idOf('cgroup2/service'))), '/cgroup2/service');
    assert.deepEqual(
      cgroups.states().map(({ hierarchy }) => hierarchy),
      ['cgroup2'],
    );
  });

  test('are none that anybody reads of when no config asks', (t) => {
    const { cgroups, logged } = given(t);
    cgroups.open();
    cgroups.refresh();
    assert.deepEqual([cgroups.states(), logged], [[], []]);
    cgroups.close();
    cgroups.close();
  });
});
