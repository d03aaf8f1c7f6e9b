/** What the path of a cgroup says of the container whose it is. */
export type ContainerPath = {
  /** Of the container and of those around it, the innermost first; none for a pod's own cgroup. */
  readonly ids: readonly string[];
  /** Empty when the path does not say. */
  readonly runtime: string;
  readonly podUid: string;
  readonly qos: string;
};

/**
 * `ID` (cgroupfs), `RUNTIME-ID.scope` (systemd), `RUNTIME-ID` (CRI-O with cgroupfs). Monitors of containers have other
 * prefixes, such as `crio-conmon-`.
 */
const containerPattern = /^(?:(cri-containerd|nerdctl|crio|docker|libpod)-)?([0-9a-f]{64})(?:\.scope)?$/;
/** A cgroup of containerd that was given a path of systemd while it makes cgroups itself: `SLICE:cri-containerd:ID`. */
const colonPattern = /^(.*\.slice):(cri-containerd|docker):([0-9a-f]{64})$/;
/** The uid of a static pod is a hash without dashes. In systemd's names, dashes would be levels. */
const uid = '[0-9a-f]{8}(?:[-_][0-9a-f]{4}){3}[-_][0-9a-f]{12}|[0-9a-f]{32}';
const podPattern = new RegExp(`^pod(${uid})$`);
const podSlicePattern = new RegExp(
  `^(?:[a-z0-9_-]*-)?kubepods(?:-(burstable|besteffort))?-pod(${uid})\\.slice$`,
);

const runtimes: Readonly<Record<string, string>> = {
  'cri-containerd': 'containerd',
  nerdctl: 'containerd',
  'k8s.io': 'containerd',
  crio: 'cri-o',
  docker: 'docker',
  libpod: 'podman',
};

/**
 * Reads the layouts of kubelet, containerd, CRI-O, Docker and Podman, with the drivers cgroupfs and systemd, on v1 and
 * v2. The innermost container and pod count. Undefined for a path that is not a container's or pod's.
 */
export function parseContainerPath(path: string): ContainerPath | undefined {
  const ids: string[] = [];
  let [runtime, podUid, qos] = ['', '', ''];
  let parent = '';
  for (const segment of path.split('/')) {
    const colon = colonPattern.exec(segment);
    const slice = podSlicePattern.exec(colon?.[1] ?? segment);
    if (slice !== null) {
      qos = slice[1] ?? 'guaranteed';
      podUid = slice[2]!.replaceAll('_', '-');
    }
    const pod = podPattern.exec(segment);
    if (pod !== null && /^(kubepods|burstable|besteffort)$/.test(parent)) {
      qos = parent === 'kubepods' ? 'guaranteed' : parent;
      podUid = pod[1]!;
    }
    const container = containerPattern.exec(segment);
    const id = container?.[2] ?? colon?.[3];
    if (id !== undefined) {
      ids.unshift(id);
      runtime = runtimes[container?.[1] ?? colon?.[2] ?? parent] ?? '';
    }
    parent = segment;
  }
  return ids.length === 0 && podUid === '' ? undefined : { ids, runtime, podUid, qos };
}
