import assert from 'node:assert/strict';
import { mkdirSync, renameSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { SystemCgroups } from '../../src/cgroups/cgroups.ts';
import { openNative } from '../../src/native/library.ts';
import { cgroup2, cgroupId, makeTree } from './support/cgroup-tree.ts';
import { needs } from './support/requirements.ts';
import { output } from './support/run.ts';
import { scratchDirectory } from './support/scratch.ts';
import { until } from './support/wait.ts';

/** The resolver on the machine's own cgroups, without an exporter around it. */
function given(t: TestContext, hierarchy?: string) {
  const warnings: string[] = [];
  const cgroups = new SystemCgroups({
    native: openNative(),
    log: { warn: (message) => warnings.push(message), info: () => undefined },
  });
  const names = cgroups.hierarchy(hierarchy);
  cgroups.open();
  t.after(() => cgroups.close());
  return { cgroups, warnings, name: (id: number) => names.path(BigInt(id)), names };
}

describe('the cgroups of this machine', needs('linux 6.6'), () => {
  it('are walked again when more happened than the kernel keeps', async (t) => {
    await using tree = makeTree();
    const { cgroups, warnings, name } = given(t);
    const before = join(tree.path, 'before');
    mkdirSync(before);
    const id = cgroupId(before);
    assert.equal(name(id), before);
    rmdirSync(before);
    // Nothing is read meanwhile: the event loop has no turn. Each is told of twice, and 16,384 are kept.
    for (let i = 0; i < 9000; i++) {
      mkdirSync(join(tree.path, `burst-${i}`));
      rmdirSync(join(tree.path, `burst-${i}`));
    }
    const after = join(tree.path, 'after');
    mkdirSync(after);
    assert.equal(name(cgroupId(after)), after);
    assert.equal(name(id), before);
    const [state] = cgroups.states();
    assert.deepEqual([state!.mode, state!.notificationErrors], ['notified', 1]);
    assert.match(warnings.join('\n'), /^More happened to cgroups at \S+ than the kernel keeps/);
  });

  it('are known within a few milliseconds, without being asked for', async (t) => {
    await using tree = makeTree();
    const { cgroups } = given(t);
    const live = (): number => cgroups.states()[0]!.live;
    const before = live();
    mkdirSync(join(tree.path, 'new'));
    await until('a new cgroup is counted', () => live() > before);
  });

  it('are found at a mount that comes, and at the next one when that is gone', async (t) => {
    const hierarchy = `exporter_test_${process.pid}`;
    const { cgroups, name, names, warnings } = given(t, hierarchy);
    assert.equal(name(1), undefined);
    assert.match(
      warnings[0]!,
      new RegExp(`^No cgroup hierarchy "${hierarchy}" is mounted; there are: .*cgroup2`),
    );
    const [first, second] = [scratchDirectory(), scratchDirectory()];
    // Once more at the first: what is in its place by then may have the number of another device.
    for (const directory of [first, second, first]) {
      await output('mount', ['-t', 'cgroup', '-o', `none,name=${hierarchy}`, 'none', directory]);
      try {
        const { generation } = names.changes;
        const made = join(directory, 'made');
        mkdirSync(made);
        names.refresh();
        assert.ok(names.changes.generation > generation);
        assert.deepEqual([name(1), name(cgroupId(made))], [directory, made]);
        assert.deepEqual(
          cgroups.states().map((state) => [state.hierarchy, state.live]),
          [[`name=${hierarchy}`, 2]],
        );
        rmdirSync(made);
      } finally {
        await output('umount', [directory]);
      }
    }
  });

  it('have the names of the mount that is there when the resolver begins', async (t) => {
    await using tree = makeTree();
    const { name } = given(t, 'cgroup2');
    assert.equal(name(cgroupId(cgroup2())), cgroup2());
    assert.equal(name(cgroupId(tree.path)), tree.path);
  });
});

describe('a v1 hierarchy', needs('cgroup1'), () => {
  it('has names of its own, and follows a renaming', async (t) => {
    const { name, names, warnings } = given(t, 'memory');
    await using tree = makeTree('/sys/fs/cgroup/memory');
    const [path, renamed] = [join(tree.path, 'a'), join(tree.path, 'b')];
    mkdirSync(join(path, 'child'), { recursive: true });
    const [id, child] = [cgroupId(path), cgroupId(join(path, 'child'))];
    assert.deepEqual([name(id), name(child)], [path, join(path, 'child')]);
    const { generation } = names.changes;
    renameSync(path, renamed);
    await until('the new name', () => name(id) === renamed);
    assert.equal(name(child), join(renamed, 'child'));
    assert.ok(names.changes.generation > generation);
    assert.deepEqual(warnings, []);
  });
});
