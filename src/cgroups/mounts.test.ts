import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { cgroupMounts, deviceOf, findHierarchy } from './mounts.ts';

const hybrid = `
22 20 0:5 / /proc rw,relatime shared:2 - proc proc rw
31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime shared:9 - cgroup cgroup rw,cpu,cpuacct
35 31 0:32 / /sys/fs/cgroup/memory rw,relatime shared:10 master:3 - cgroup cgroup rw,memory
40 31 0:37 / /sys/fs/cgroup/systemd rw,relatime - cgroup systemd rw,xattr,release_agent=/lib/agent,name=systemd
41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw,nsdelegate`;

/** Each path leads to the device that the text mounts there, at the root of its hierarchy. */
function mountsIn(text: string, ids: Readonly<Record<string, number>> = {}): ReturnType<typeof cgroupMounts> {
  return cgroupMounts(text, (path) => {
    const device = [...text.matchAll(/^\d+ \d+ (\S+) \S+ (\S+)/gm)].findLast(([, , at]) => at === path)?.[1];
    return device === undefined ? undefined : { id: ids[path] ?? 1, device };
  });
}

describe('mounts of cgroups', () => {
  test('are found with their names, one for each hierarchy', () => {
    assert.deepEqual(
      mountsIn(hybrid).map(({ name, version, path, rootId }) => [name, version, path, rootId]),
      [
        ['cpu,cpuacct', 1, '/sys/fs/cgroup/cpu,cpuacct', 1],
        ['memory', 1, '/sys/fs/cgroup/memory', 1],
        ['name=systemd', 1, '/sys/fs/cgroup/systemd', 1],
        ['cgroup2', 2, '/sys/fs/cgroup/unified', 1],
      ],
    );
  });

  const several: readonly { it: string; lines: readonly string[]; gives: string | undefined }[] = [
    {
      it: 'at /sys/fs/cgroup comes before one elsewhere',
      lines: ['1 1 0:9 / /run/cilium/cgroupv2 rw', '2 1 0:9 / /sys/fs/cgroup rw', '3 1 0:9 / /mnt rw'],
      gives: '/sys/fs/cgroup',
    },
    {
      it: 'of the whole hierarchy comes before one of a part',
      lines: ['1 1 0:9 /kubepods/pod1 /sys/fs/cgroup rw', '2 1 0:9 / /host/cgroup rw'],
      gives: '/host/cgroup',
    },
    {
      it: 'of the whole hierarchy is known from inside a namespace',
      lines: ['1 1 0:9 /../foo /sys/fs/cgroup rw', '2 1 0:9 /../.. /host/cgroup rw'],
      gives: '/host/cgroup',
    },
    {
      it: 'with a space in its path is found',
      lines: ['1 1 0:9 / /mnt/my\\040groups rw'],
      gives: '/mnt/my groups',
    },
  ];
  for (const { it, lines, gives } of several) {
    test(`one ${it}`, () => {
      const text = lines.map((line) => `${line} - cgroup2 none rw`).join('\n');
      const mounts = cgroupMounts(text, () => ({ id: 1, device: '0:9' }));
      assert.deepEqual(
        mounts.map(({ path }) => path),
        [gives],
      );
    });
  }

  test('that others cover, or that are gone, are none', () => {
    const covered = `1 1 0:9 / /sys/fs/cgroup rw - cgroup2 none rw\n2 1 0:10 / /sys/fs/cgroup rw - tmpfs none rw`;
    assert.deepEqual(mountsIn(covered), []);
    assert.deepEqual(
      cgroupMounts('1 1 0:9 / /mnt rw - cgroup2 none rw', () => undefined),
      [],
    );
  });

  test('of a part say at which cgroup they begin', () => {
    assert.equal(
      mountsIn('1 1 0:9 / /sys/fs/cgroup rw - cgroup2 none rw', { '/sys/fs/cgroup': 5042 })[0]!.rootId,
      5042,
    );
  });

  for (const [dev, device] of [
    [0x26, '0:38'],
    [0x100038, '0:312'],
    [0xffff_ffff, '4095:1048575'],
    [0x0801, '8:1'],
  ] as const) {
    test(`on device ${device} are recognized by the number ${dev}`, () =>
      assert.equal(deviceOf(dev), device));
  }

  const wanted: readonly [text: string, wanted: string | undefined, name: string | undefined][] = [
    [hybrid, undefined, 'cgroup2'],
    [hybrid, 'cgroup2', 'cgroup2'],
    [hybrid, 'memory', 'memory'],
    [hybrid, 'cpuacct', 'cpu,cpuacct'],
    [hybrid, 'systemd', 'name=systemd'],
    [hybrid, 'pids', undefined],
    [hybrid.replace(/^41.*/m, ''), undefined, 'memory'],
    [hybrid.replace(/^(41|35).*\n?/gm, ''), undefined, 'cpu,cpuacct'],
    [hybrid.replace(/^(41|35|32).*\n?/gm, ''), undefined, 'name=systemd'],
    ['', undefined, undefined],
  ];
  for (const [text, name, gives] of wanted) {
    const among = mountsIn(text).map((mount) => mount.name);
    test(`asked for ${name ?? 'none in particular'}, of [${among.join(' ')}] give ${gives}`, () => {
      assert.equal(findHierarchy(mountsIn(text), name)?.name, gives);
    });
  }
});
