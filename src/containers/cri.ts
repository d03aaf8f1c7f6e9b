import type { Container } from '../kernel/system.ts';
import { type GrpcConnection, GrpcError, grpcUnimplemented } from './grpc.ts';
import { messageAt, messagesAt, textAt } from './protobuf.ts';

/*
 * What a container runtime tells kubelet (k8s.io/cri-api, runtime/v1/api.proto). A pod's sandbox is a container, too: one
 * that holds the pod together and has no name in it.
 */

const service = '/runtime.v1.RuntimeService';
const empty = Buffer.alloc(0);

export type NamedContainer = readonly [id: string, container: Container];

type Pod = { readonly id: string; readonly pod: string; readonly namespace: string };

/** Every container that the runtime has, running or not. */
export async function listContainers(connection: GrpcConnection): Promise<readonly NamedContainer[]> {
  // PodSandbox: id = 1, metadata = 2.
  const pods = messagesAt(await connection.call(`${service}/ListPodSandbox`, empty), 1).map((item) =>
    podOf(textAt(item, 1), messageAt(item, 2)),
  );
  // Container: id = 1, pod_sandbox_id = 2, metadata = 3, image = 4.
  const containers = messagesAt(await connection.call(`${service}/ListContainers`, empty), 1).map((item) => ({
    id: textAt(item, 1),
    podId: textAt(item, 2),
    name: textAt(messageAt(item, 3), 1),
    image: imageOf(messageAt(item, 4)),
  }));
  const images = containers.some(({ image }) => isId(image)) ? await listImages(connection) : new Map();
  const byId = new Map(pods.map((pod) => [pod.id, pod]));
  return [
    ...pods.map(sandbox),
    ...containers.map(({ id, podId, name, image }): NamedContainer => {
      const { pod = '', namespace = '' } = byId.get(podId) ?? {};
      return [id, { pod, namespace, container: name, image: images.get(image) ?? image }];
    }),
  ];
}

/**
 * Tells of containers as they are created and started, until the connection ends. False at once where the runtime cannot
 * do that: before CRI 1.26.
 */
export async function followContainers(
  connection: GrpcConnection,
  take: (found: readonly NamedContainer[]) => void,
): Promise<boolean> {
  try {
    await connection.stream(`${service}/GetContainerEvents`, empty, (event) => take(namedIn(event)));
    return true;
  } catch (thrown) {
    if (thrown instanceof GrpcError && thrown.code === grpcUnimplemented) return false;
    throw thrown;
  }
}

/** ContainerEventResponse: pod_sandbox_status = 4 {id = 1, metadata = 2}, containers_statuses = 5 {id, metadata, image = 8}. */
function namedIn(event: Buffer): readonly NamedContainer[] {
  const status = messageAt(event, 4);
  const pod = podOf(textAt(status, 1), messageAt(status, 2));
  const { pod: name, namespace } = pod;
  const containers = messagesAt(event, 5).map((item): NamedContainer => {
    const container = textAt(messageAt(item, 2), 1);
    return [textAt(item, 1), { pod: name, namespace, container, image: imageOf(messageAt(item, 8)) }];
  });
  return pod.id === '' ? containers : [sandbox(pod), ...containers];
}

/** PodSandboxMetadata: name = 1, uid = 2, namespace = 3. */
function podOf(id: string, metadata: Buffer): Pod {
  return { id, pod: textAt(metadata, 1), namespace: textAt(metadata, 3) };
}

function sandbox({ id, pod, namespace }: Pod): NamedContainer {
  return [id, { pod, namespace, container: '', image: '' }];
}

/** ImageSpec: image = 1, which kubelet gives by its id; user_specified_image = 18, since CRI 1.28. */
function imageOf(spec: Buffer): string {
  return textAt(spec, 18) || textAt(spec, 1);
}

function isId(image: string): boolean {
  return /^(sha256:)?[0-9a-f]{64}$/.test(image);
}

/** Names by id. Image: id = 1, repo_tags = 2. */
async function listImages(connection: GrpcConnection): Promise<ReadonlyMap<string, string>> {
  const answer = await connection.call('/runtime.v1.ImageService/ListImages', empty);
  return new Map(
    messagesAt(answer, 1).flatMap((item) => {
      const tag = textAt(item, 2);
      return tag === '' ? [] : [[textAt(item, 1), tag] as const];
    }),
  );
}
