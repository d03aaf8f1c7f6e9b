import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ConfigMap, Container, Manifest, Pod, Volume } from '../../deploy/support/helm.ts';
import { type Running, start } from '../../kernel/support/run.ts';
import { scratchDirectory } from '../../kernel/support/scratch.ts';
import type { Image } from './image-root.ts';

type Mount = { destination: string; type: string; source: string; options: readonly string[] };

/** Directories of this machine that stand for the volumes of a pod. */
export function makeVolumes({ volumes }: Pod, manifests: readonly Manifest[]): ReadonlyMap<string, string> {
  const configMap = (name: string): ConfigMap =>
    manifests.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === name) as ConfigMap;
  return new Map(volumes.map((volume) => [volume.name, directoryOf(volume, configMap)]));
}

function directoryOf(volume: Volume, configMap: (name: string) => ConfigMap): string {
  if (volume.hostPath) return volume.hostPath.path;
  const directory = scratchDirectory();
  if (volume.configMap) {
    for (const [file, text] of Object.entries(configMap(volume.configMap.name).data))
      writeFileSync(join(directory, file), text);
  }
  return directory;
}

/**
 * Starts a container as kubelet has it started, but in the network of this machine: by crun, which is one process and
 * needs no daemon. Capabilities that this machine's root lacks itself are left out.
 */
export function startContainer(
  image: Image,
  { command, args, securityContext, volumeMounts }: Container,
  volumes: ReadonlyMap<string, string>,
): Running {
  const bundle = scratchDirectory();
  const { runAsUser: uid, readOnlyRootFilesystem: readonly, capabilities } = securityContext;
  const held = heldCapabilities();
  const added = (capabilities.add ?? []).filter((name) => held.has(name)).map((name) => `CAP_${name}`);
  const binds = volumeMounts.map(({ name, mountPath, readOnly = false }): Mount => {
    const options = ['rbind', readOnly ? 'ro' : 'rw'];
    return { destination: mountPath, type: 'bind', source: volumes.get(name)!, options };
  });
  const config = {
    ociVersion: '1.0.2',
    process: {
      user: { uid, gid: 0 },
      args: [...(command ?? image.entrypoint), ...args],
      env: ['PATH=/bin'],
      cwd: '/',
      capabilities: { bounding: added, effective: added, permitted: added },
    },
    root: { path: image.root, readonly },
    mounts: [...kernelMounts, ...binds],
    linux: { namespaces: ['mount', 'pid', 'ipc', 'uts'].map((type) => ({ type })) },
  };
  for (const { destination } of config.mounts) mkdirSync(join(image.root, destination), { recursive: true });
  writeFileSync(join(bundle, 'config.json'), JSON.stringify(config));
  // crun takes no machine on which cgroups of both versions are mounted: it is shown those of the second.
  const script = `! [ -d /sys/fs/cgroup/unified ] || mount --bind /sys/fs/cgroup/unified /sys/fs/cgroup
exec crun --root "$1/state" --cgroup-manager=disabled run --bundle "$1" "ebpf-exporter-$$"`;
  return start('unshare', ['--mount', '--propagation=private', 'sh', '-euc', script, 'sh', bundle]);
}

const kernelMounts: readonly Mount[] = [
  { destination: '/proc', type: 'proc', source: 'proc', options: [] },
  { destination: '/dev', type: 'tmpfs', source: 'tmpfs', options: ['nosuid', 'mode=755'] },
  { destination: '/sys', type: 'sysfs', source: 'sysfs', options: ['ro', 'nosuid', 'noexec', 'nodev'] },
];

/** As Kubernetes spells them, of those that the chart may name. */
function heldCapabilities(): ReadonlySet<string> {
  const mask = BigInt(`0x${/^CapEff:\s*(\w+)/m.exec(readFileSync('/proc/self/status', 'utf8'))![1]}`);
  return new Set(Object.keys(numbers).filter((name) => mask & (1n << BigInt(numbers[name]!))));
}

/** uapi/linux/capability.h */
const numbers: Readonly<Record<string, number>> = {
  DAC_READ_SEARCH: 2,
  SETGID: 6,
  SETUID: 7,
  SETPCAP: 8,
  NET_ADMIN: 12,
  SYS_ADMIN: 21,
  SYS_RESOURCE: 24,
  SYSLOG: 34,
  PERFMON: 38,
  BPF: 39,
};
