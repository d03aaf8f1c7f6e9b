import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CgroupTree } from './tree.ts';

const minute = 60_000;

/** A root with `system.slice` (10) and in it `ssh.service` (11). */
function makeTree(): { tree: CgroupTree; clock: { ms: number } } {
  const clock = { ms: 0 };
  const tree = new CgroupTree(() => clock.ms);
  tree.add(1, '/sys/fs/cgroup', 0);
  tree.add(10, 'system.slice', 1);
  tree.add(11, 'ssh.service', 10);
  return { tree, clock };
}

const ssh = '/sys/fs/cgroup/system.slice/ssh.service';

describe('a tree of cgroups', () => {
  test('gives paths by id; the root is where it is mounted', () => {
    const { tree } = makeTree();
    assert.deepEqual([tree.path(1), tree.path(11), tree.path(12)], ['/sys/fs/cgroup', ssh, undefined]);
  });

  test('gives no path where an ancestor is not known', () => {
    const { tree } = makeTree();
    tree.add(21, 'lost', 20);
    assert.equal(tree.path(21), undefined);
    tree.remove(20, 'late', 1);
    assert.equal(tree.path(21), '/sys/fs/cgroup/late/lost');
  });

  test('gives no path where ids lead in a circle', () => {
    const { tree } = makeTree();
    tree.add(20, 'a', 21);
    tree.add(21, 'b', 20);
    assert.equal(tree.path(20), undefined);
  });

  test('puts U+FFFD where a name is not UTF-8, and keeps its bytes for system calls', () => {
    const { tree } = makeTree();
    tree.add(20, 'gr\xc3\xbcn\xff', 1);
    assert.equal(tree.path(20), '/sys/fs/cgroup/grün\ufffd');
    assert.equal(tree.rawPath(20), '/sys/fs/cgroup/gr\xc3\xbcn\xff');
  });

  test('counts a cgroup of a deleted one under the same name for itself', () => {
    const { tree } = makeTree();
    tree.remove(11, 'ssh.service', 10);
    tree.add(12, 'ssh.service', 10);
    assert.deepEqual([tree.path(11), tree.path(12)], [ssh, ssh]);
    assert.deepEqual([tree.isLive(11), tree.isLive(12)], [false, true]);
    assert.deepEqual([tree.live, tree.remembered], [3, 1]);
  });

  test('names a deleted cgroup that it never saw', () => {
    const { tree } = makeTree();
    tree.remove(99, 'short', 10);
    assert.equal(tree.path(99), '/sys/fs/cgroup/system.slice/short');
  });

  test('remembers a deleted one, and what its path is made of, until 10 minutes after the last use', () => {
    const { tree, clock } = makeTree();
    tree.remove(11, 'ssh.service', 10);
    tree.remove(10, 'system.slice', 1);
    for (let uses = 0; uses < 3; uses++) {
      clock.ms += 9 * minute;
      tree.forget();
      assert.equal(tree.path(11), ssh);
    }
    clock.ms += 10 * minute;
    tree.forget();
    assert.equal(tree.path(11), undefined);
    assert.deepEqual([tree.live, tree.remembered], [1, 0]);
  });

  test('remembers no more than 100,000, those used last', () => {
    const { tree } = makeTree();
    tree.remove(50, 'used', 1);
    for (let id = 100; id < 100_099; id++) tree.remove(id, 'x', 1);
    assert.equal(tree.path(50), '/sys/fs/cgroup/used');
    for (let id = 200_000; id < 200_010; id++) tree.remove(id, 'x', 1);
    assert.equal(tree.remembered, 100_000);
    assert.equal(tree.path(50), '/sys/fs/cgroup/used');
    assert.equal(tree.path(100), undefined);
  });

  test('says of what it is given whether it is news', () => {
    const { tree } = makeTree();
    assert.equal(tree.add(11, 'ssh.service', 10), 'known');
    assert.equal(tree.add(12, 'cron.service', 10), 'new');
    assert.equal(tree.add(10, 'renamed.slice', 1), 'renamed');
    assert.equal(tree.path(11), '/sys/fs/cgroup/renamed.slice/ssh.service');
  });

  test('takes what a walk does not meet for deleted', () => {
    const { tree } = makeTree();
    tree.beginWalk();
    tree.add(1, '/sys/fs/cgroup', 0);
    tree.add(10, 'system.slice', 1);
    tree.add(12, 'cron.service', 10);
    tree.endWalk();
    assert.deepEqual([tree.isLive(11), tree.isLive(12)], [false, true]);
    assert.equal(tree.path(11), ssh);
  });

  test('tells who listens what is there, what comes and goes, and all again after a renaming', () => {
    const { tree } = makeTree();
    const told: string[] = [];
    tree.listen({
      present: (id, path) => told.push(`${id} ${path.replace('/sys/fs/cgroup', '')}`),
      gone: (id) => told.push(`${id} gone`),
    });
    assert.deepEqual(told.splice(0), ['1 ', '10 /system.slice', '11 /system.slice/ssh.service']);
    tree.add(12, 'cron.service', 10);
    tree.add(12, 'cron.service', 10);
    tree.remove(11, 'ssh.service', 10);
    assert.deepEqual(told.splice(0), ['12 /system.slice/cron.service', '11 gone']);
    tree.add(10, 's', 1);
    assert.deepEqual(told, ['1 ', '10 /s', '12 /s/cron.service']);
  });
});
