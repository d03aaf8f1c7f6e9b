import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { encode, type Message } from '../../../src/containers/cri-testing.ts';
import { GrpcConnection } from '../../../src/containers/grpc.ts';
import { textAt } from '../../../src/containers/protobuf.ts';
import { root } from './configs.ts';
import { output, start } from './run.ts';
import { scratchDirectory } from './scratch.ts';
import { until } from './wait.ts';

const tools = join(root, 'build/debian');
const socket = '/run/containerd/containerd.sock';

/** Why a containerd cannot be started here; undefined when it can. */
export function containerdMissing(): string | undefined {
  for (const tool of [
    'usr/bin/containerd',
    'usr/bin/containerd-shim-runc-v2',
    'usr/bin/ctr',
    'usr/bin/runc',
  ]) {
    if (!existsSync(join(tools, tool))) return `there is no ${tool} in build/debian`;
  }
  if (busybox() === undefined) return 'there is no static busybox in build/debian';
  return existsSync(socket) ? 'this machine has a containerd of its own' : undefined;
}

const service = '/runtime.v1.RuntimeService';
const image = 'docker.io/library/idle:1';

export type StartedPod = AsyncDisposable & { readonly cgroup: string; readonly image: string };

export class Containerd {
  readonly #connection: GrpcConnection;
  readonly #child: ReturnType<typeof start>;

  private constructor(child: ReturnType<typeof start>, connection: GrpcConnection) {
    this.#child = child;
    this.#connection = connection;
  }

  /** Starts one that has one image, which sleeps. */
  static async start(): Promise<Containerd> {
    const directory = scratchDirectory('/run');
    const config = join(directory, 'config.toml');
    writeFileSync(config, configuration(directory));
    const PATH = [join(tools, 'usr/bin'), join(tools, 'usr/sbin'), process.env.PATH].join(delimiter);
    const child = start(join(tools, 'usr/bin/containerd'), ['--config', config], {
      env: { ...process.env, PATH },
    });
    await Promise.race([
      until('containerd listens', () => existsSync(socket)),
      child.ended.then(({ stderr }) => assert.fail(`containerd ended:\n${stderr}`)),
    ]);
    const archive = await makeImage(directory);
    const ctr = join(tools, 'usr/bin/ctr');
    await output(ctr, ['--namespace', 'k8s.io', 'images', 'import', '--snapshotter', 'native', archive]);
    return new Containerd(child, GrpcConnection.open(socket));
  }

  /** What kubelet does for a pod of one container, in the host's network. */
  async startPod(name: string, namespace: string, uid: string): Promise<StartedPod> {
    const parent = `/kubepods/burstable/pod${uid}`;
    const metadata: Message = [
      [1, name],
      [2, uid],
      [3, namespace],
      [4, 0],
    ];
    const ofNode = 2;
    const linux: Message = [
      [1, parent],
      [2, [[1, [[1, ofNode]]]]],
    ];
    const sandbox: Message = [
      [1, metadata],
      [3, '/run'],
      [8, linux],
    ];
    const podId = await this.#call('RunPodSandbox', [[1, sandbox]]);
    const container: Message = [
      [
        1,
        [
          [1, 'sleeper'],
          [2, 0],
        ],
      ],
      [2, [[1, image]]],
      [11, 'log'],
    ];
    const id = await this.#call('CreateContainer', [
      [1, podId],
      [2, container],
      [3, sandbox],
    ]);
    await this.#call('StartContainer', [[1, id]]);
    return {
      cgroup: join('/sys/fs/cgroup', parent, id),
      image,
      [Symbol.asyncDispose]: async () => {
        for (const method of ['StopPodSandbox', 'RemovePodSandbox']) await this.#call(method, [[1, podId]]);
      },
    };
  }

  async #call(method: string, request: Message): Promise<string> {
    return textAt(await this.#connection.call(`${service}/${method}`, encode(request)), 1);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#connection.close();
    this.#child.child.kill('SIGKILL');
    await this.#child.ended;
  }
}

function configuration(directory: string): string {
  const cri = 'plugins."io.containerd.grpc.v1.cri"';
  const unused = ['aufs', 'btrfs', 'devmapper', 'zfs'].map(
    (name) => `"io.containerd.snapshotter.v1.${name}"`,
  );
  return [
    'version = 2',
    `root = "${directory}/root"`,
    `state = "${directory}/state"`,
    `disabled_plugins = [${unused.join(', ')}]`,
    `[${cri}]`,
    `sandbox_image = "${image}"`,
    `[${cri}.containerd]`,
    'snapshotter = "native"',
    '',
  ].join('\n');
}

function busybox(): string | undefined {
  return ['bin', 'usr/bin'].map((place) => join(tools, place, 'busybox')).find((file) => existsSync(file));
}

/** An image of one program, in the form of `docker save`. */
async function makeImage(directory: string): Promise<string> {
  const files = join(directory, 'image');
  mkdirSync(join(files, 'layer/bin'), { recursive: true });
  copyFileSync(busybox()!, join(files, 'layer/bin/busybox'));
  const layer = join(files, 'layer.tar');
  await output('tar', ['-cf', layer, '-C', join(files, 'layer'), 'bin']);
  const sum = createHash('sha256').update(readFileSync(layer)).digest('hex');
  const config = {
    architecture: 'amd64',
    os: 'linux',
    config: { Entrypoint: ['/bin/busybox', 'sleep', '10000'] },
    rootfs: { type: 'layers', diff_ids: [`sha256:${sum}`] },
  };
  writeFileSync(join(files, 'config.json'), JSON.stringify(config));
  const manifest = [{ Config: 'config.json', RepoTags: [image], Layers: ['layer.tar'] }];
  writeFileSync(join(files, 'manifest.json'), JSON.stringify(manifest));
  const archive = join(directory, 'image.tar');
  await output('tar', ['-cf', archive, '-C', files, 'manifest.json', 'config.json', 'layer.tar']);
  return archive;
}
