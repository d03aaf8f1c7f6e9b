import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { unknownName } from '../kernel/changes.ts';
import { fakeRoot } from '../kernel/root-testing.ts';
import { NodeContainers } from './containers.ts';
import { type TestPod, TestRuntime } from './cri-testing.ts';

const id = (digit: string): string => digit.repeat(64);
const web: TestPod = {
  id: id('a'),
  name: 'web-0',
  namespace: 'shop',
  containers: [
    { id: id('b'), name: 'nginx', image: 'docker.io/library/nginx:1.27' },
    { id: id('c'), name: 'sidecar', image: `sha256:${id('f')}` },
  ],
};
const db: TestPod = {
  id: id('d'),
  name: 'db-0',
  namespace: 'shop',
  containers: [{ id: id('e'), name: 'postgres', image: 'postgres:17' }],
};
const nginx = { pod: 'web-0', namespace: 'shop', container: 'nginx', image: 'docker.io/library/nginx:1.27' };
const postgres = { pod: 'db-0', namespace: 'shop', container: 'postgres', image: 'postgres:17' };

const containerd = 'run/containerd/containerd.sock';

/** A node of its own, and a runtime that listens at `socket` of it. */
async function given(t: TestContext, { tells = true, socket = containerd } = {}) {
  const { path: root } = fakeRoot();
  const warnings: string[] = [];
  const clock = { ms: 0 };
  const runtime = new TestRuntime({ tells });
  await runtime.listen(join(root, socket));
  const containers = new NodeContainers({
    root,
    warn: (message) => warnings.push(message.replaceAll(root, '')),
    now: () => clock.ms,
  });
  t.after(async () => {
    containers.close();
    containers.close();
    await runtime.close();
  });
  return { root, containers, runtime, warnings, clock };
}

async function until(ask: () => boolean): Promise<void> {
  for (let i = 0; i < 500 && !ask(); i++) await sleep(5);
  assert.ok(ask());
}

describe('the containers of a node', () => {
  for (const socket of [containerd, 'run/crio/crio.sock']) {
    test(`are those that the runtime at ${socket} lists, with the names of images`, async (t) => {
      const { containers, runtime, warnings } = await given(t, { socket });
      runtime.pods = [web, db];
      runtime.images = { [`sha256:${id('f')}`]: 'example.org/sidecar:2' };
      containers.refresh();
      await until(() => containers.find(id('b')) !== undefined);
      assert.deepEqual(containers.find(id('b')), nginx);
      assert.equal(containers.find(id('c'))!.image, 'example.org/sidecar:2');
      assert.deepEqual(containers.find(id('e')), postgres);
      assert.deepEqual(containers.find(id('a')), { ...nginx, container: '', image: '' });
      assert.equal(containers.find(id('0')), undefined);
      assert.deepEqual(warnings, []);
    });
  }

  test('that start later are told of, and what was unknown is asked for again', async (t) => {
    const { containers, runtime } = await given(t);
    containers.refresh();
    await until(() => runtime.calls.includes('ListContainers'));
    assert.equal(containers.find(id('e')), undefined);
    assert.equal(containers.changes.generation, 0);
    runtime.tell(db);
    await until(() => containers.changes.generation > 0);
    assert.equal(containers.changes.since(0), unknownName);
    assert.deepEqual(containers.find(id('e')), postgres);
    assert.equal(runtime.calls.filter((call) => call === 'ListContainers').length, 1);
  });

  test('are listed again for one that is not known, at most once a second, where nothing is told', async (t) => {
    const { containers, runtime, clock, warnings } = await given(t, { tells: false });
    containers.refresh();
    const lists = (): number => runtime.calls.filter((call) => call === 'ListContainers').length;
    await until(() => lists() === 1 && runtime.calls.includes('GetContainerEvents'));
    await sleep(20);
    runtime.pods = [db];
    for (let i = 0; i < 3; i++) assert.equal(containers.find(id('e')), undefined);
    assert.equal(lists(), 1);
    clock.ms += 1000;
    containers.find(id('e'));
    await until(() => containers.changes.generation > 0);
    assert.deepEqual(containers.find(id('e')), postgres);
    clock.ms += 1000;
    containers.refresh();
    assert.deepEqual([lists(), warnings], [2, []]);
  });

  test('keep their names when they are gone, and when the runtime is', async (t) => {
    const { root, containers, runtime, clock, warnings } = await given(t);
    runtime.pods = [web];
    containers.refresh();
    await until(() => containers.find(id('b')) !== undefined);
    await runtime.close();
    await until(() => warnings.length > 0);
    assert.match(warnings[0]!, /^Cannot ask the container runtime at \/run\/containerd\/containerd.sock: /);
    assert.deepEqual(containers.find(id('b')), nginx);

    const again = new TestRuntime({ tells: true });
    t.after(() => again.close());
    again.pods = [db];
    await again.listen(join(root, containerd));
    containers.refresh();
    assert.deepEqual(again.calls, []);
    clock.ms += 10_000;
    containers.refresh();
    await until(() => containers.find(id('e')) !== undefined);
    assert.deepEqual(containers.find(id('b')), nginx);
  });

  test('are none without a runtime, which one line says', () => {
    const { path: root } = fakeRoot();
    const warnings: string[] = [];
    const containers = new NodeContainers({ root, warn: (message) => warnings.push(message) });
    for (let i = 0; i < 3; i++) assert.equal(containers.find(id('a')), undefined);
    assert.deepEqual(warnings, [
      'No container runtime listens at /run/containerd/containerd.sock, /run/crio/crio.sock, /run/k3s/containerd/containerd.sock, /run/cri-dockerd.sock: names of pods come from files, or are empty',
    ]);
    containers.close();
  });

  test('are none when the socket does not answer as a runtime, which one line says', async (t) => {
    const { path: root } = fakeRoot();
    mkdirSync(join(root, 'run/crio'), { recursive: true });
    const server = createServer((socket) => socket.end('hello\n'));
    await new Promise<void>((resolve) => server.listen(join(root, 'run/crio/crio.sock'), resolve));
    const warnings: string[] = [];
    const containers = new NodeContainers({ root, warn: (message) => warnings.push(message) });
    t.after(() => {
      containers.close();
      server.close();
    });
    assert.equal(containers.find(id('a')), undefined);
    await until(() => warnings.length > 0);
    await sleep(20);
    assert.equal(warnings.length, 1);
    assert.match(warnings[0]!, /crio\.sock: /);
  });

  test('are found in files before the runtime has answered', async (t) => {
    const { root, containers } = await given(t);
    const bundle = join(root, 'run/containerd/io.containerd.runtime.v2.task/k8s.io', id('9'));
    mkdirSync(bundle, { recursive: true });
    const annotations = {
      'io.kubernetes.cri.sandbox-name': 'early-0',
      'io.kubernetes.cri.sandbox-namespace': 'shop',
      'io.kubernetes.cri.container-name': 'app',
      'io.kubernetes.cri.image-name': 'app:1',
    };
    writeFileSync(join(bundle, 'config.json'), JSON.stringify({ annotations }));
    assert.deepEqual(containers.find(id('9')), {
      pod: 'early-0',
      namespace: 'shop',
      container: 'app',
      image: 'app:1',
    });
  });
});
