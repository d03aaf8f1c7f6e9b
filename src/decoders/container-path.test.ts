import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type ContainerPath, parseContainerPath } from './container-path.ts';

const id = '0123456789abcdef'.repeat(4);
const other = 'fedcba9876543210'.repeat(4);
const uid = '8d5d0f3c-1b2a-4c6e-9f70-3a4b5c6d7e8f';
const uid_ = uid.replaceAll('-', '_');
const hash = '5e1c1d0f2b3a49586776859403122130';

type Row = [layout: string, path: string, expected: Partial<ContainerPath> | undefined];

const inPod = { ids: [id], podUid: uid };

const rows: readonly Row[] = [
  [
    'containerd, systemd, v2',
    `kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod${uid_}.slice/cri-containerd-${id}.scope`,
    { ...inPod, qos: 'burstable', runtime: 'containerd' },
  ],
  [
    'containerd, systemd, v1, guaranteed',
    `memory/kubepods.slice/kubepods-pod${uid_}.slice/cri-containerd-${id}.scope`,
    { ...inPod, qos: 'guaranteed', runtime: 'containerd' },
  ],
  [
    'CRI-O, systemd',
    `kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod${uid_}.slice/crio-${id}.scope`,
    { ...inPod, qos: 'besteffort', runtime: 'cri-o' },
  ],
  [
    'CRI-O, systemd, with a cgroup below',
    `kubepods.slice/kubepods-pod${uid_}.slice/crio-${id}.scope/container/init.scope`,
    { ...inPod, qos: 'guaranteed', runtime: 'cri-o' },
  ],
  [
    'Docker, systemd',
    `kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod${uid_}.slice/docker-${id}.scope`,
    { ...inPod, qos: 'burstable', runtime: 'docker' },
  ],
  [
    'containerd that makes cgroups itself under a name of systemd',
    `system.slice/containerd.service/kubepods-burstable-pod${uid_}.slice:cri-containerd:${id}`,
    { ...inPod, qos: 'burstable', runtime: 'containerd' },
  ],
  [
    'a kubelet inside a container',
    `docker/${other}/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-pod${uid_}.slice/cri-containerd-${id}.scope`,
    { ids: [id, other], podUid: uid, qos: 'guaranteed', runtime: 'containerd' },
  ],
  ['containerd, cgroupfs', `kubepods/burstable/pod${uid}/${id}`, { ...inPod, qos: 'burstable', runtime: '' }],
  [
    'containerd, cgroupfs, v1',
    `cpu,cpuacct/kubepods/besteffort/pod${uid}/${id}`,
    { ...inPod, qos: 'besteffort', runtime: '' },
  ],
  ['cgroupfs, guaranteed', `kubepods/pod${uid}/${id}`, { ...inPod, qos: 'guaranteed', runtime: '' }],
  [
    'CRI-O, cgroupfs',
    `kubepods/burstable/pod${uid}/crio-${id}`,
    { ...inPod, qos: 'burstable', runtime: 'cri-o' },
  ],
  [
    'a static pod',
    `kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod${hash}.slice/cri-containerd-${id}.scope`,
    { ids: [id], podUid: hash, qos: 'burstable', runtime: 'containerd' },
  ],
  [
    'a pod itself',
    `kubepods.slice/kubepods-pod${uid_}.slice`,
    { ids: [], podUid: uid, qos: 'guaranteed', runtime: '' },
  ],
  [
    'the monitor of a container, which is in its pod',
    `kubepods.slice/kubepods-pod${uid_}.slice/crio-conmon-${id}.scope`,
    { ids: [], podUid: uid, qos: 'guaranteed', runtime: '' },
  ],
  [
    'Docker in a pod',
    `kubepods/pod${uid}/${other}/docker/${id}`,
    { ids: [id, other], podUid: uid, qos: 'guaranteed', runtime: 'docker' },
  ],
  ['Docker alone, cgroupfs', `docker/${id}`, { ids: [id], podUid: '', qos: '', runtime: 'docker' }],
  ['Docker alone, systemd', `system.slice/docker-${id}.scope`, { ids: [id], runtime: 'docker', podUid: '' }],
  [
    'Docker without root',
    `user.slice/user-1000.slice/user@1000.service/user.slice/docker-${id}.scope`,
    { ids: [id], runtime: 'docker' },
  ],
  ['nerdctl', `system.slice/nerdctl-${id}.scope`, { ids: [id], runtime: 'containerd' }],
  ['Podman, systemd', `machine.slice/libpod-${id}.scope/container`, { ids: [id], runtime: 'podman' }],
  ['Podman, cgroupfs', `libpod_parent/libpod-${id}`, { ids: [id], runtime: 'podman' }],
  [
    'a pod of Podman',
    `machine.slice/machine-libpod_pod_${other}.slice/libpod-${id}.scope`,
    { ids: [id], podUid: '', runtime: 'podman' },
  ],
  ['the monitor of a container of Podman', `machine.slice/libpod-conmon-${id}.scope`, undefined],
  ['a service', 'system.slice/ssh.service', undefined],
  ['the slice of all pods', 'kubepods.slice/kubepods-burstable.slice', undefined],
  ['a directory that is called as a pod', `home/pod${uid}`, undefined],
  ['an id that is too short', `docker/${id.slice(1)}`, undefined],
  ['an id that is no hex', `docker/${id.replace('a', 'g')}`, undefined],
];

describe('the path of a cgroup', () => {
  for (const [layout, path, expected] of rows) {
    test(`of ${layout}`, () => {
      const found = parseContainerPath(`/sys/fs/cgroup/${path}`);
      if (expected === undefined) assert.equal(found, undefined);
      else assert.deepEqual({ ...found, ...expected }, found);
    });
  }

  test('that is none', () => assert.equal(parseContainerPath('unknown_cgroup_id:7'), undefined));
});
