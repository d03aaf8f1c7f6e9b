import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fakeRoot } from '../kernel/root-testing.ts';
import { StateFiles } from './state-files.ts';

const id = 'ab'.repeat(32);
const uid = '8d5d0f3c-1b2a-4c6e-9f70-3a4b5c6d7e8f';
const docker = `var/lib/docker/containers/${id}/config.v2.json`;
const storage = 'var/lib/containers/storage/overlay-containers/containers.json';
const nothing = { pod: '', namespace: '', container: '', image: '' };

const table: readonly [what: string, file: string, content: unknown, expected: object | undefined][] = [
  [
    'a container of Docker',
    docker,
    { Name: '/web', Config: { Image: 'nginx:1.27', Labels: {} } },
    { ...nothing, container: 'web', image: 'nginx:1.27' },
  ],
  [
    'a container of a pod in Docker',
    docker,
    {
      Name: '/k8s_nginx_web-0_shop',
      Config: {
        Image: 'nginx:1.27',
        Labels: {
          'io.kubernetes.pod.name': 'web-0',
          'io.kubernetes.pod.namespace': 'shop',
          'io.kubernetes.container.name': 'nginx',
        },
      },
    },
    { pod: 'web-0', namespace: 'shop', container: 'nginx', image: 'nginx:1.27' },
  ],
  [
    'a container of Podman',
    storage,
    [{ id, names: ['web'], metadata: '{"image-name":"docker.io/library/nginx:1.27","name":"web"}' }],
    { ...nothing, container: 'web', image: 'docker.io/library/nginx:1.27' },
  ],
  [
    'a container of CRI-O',
    storage,
    [{ id, names: [`k8s_nginx_web-0_shop_${uid}_0`], metadata: '{"image-name":"nginx:1.27"}' }],
    { pod: 'web-0', namespace: 'shop', container: 'nginx', image: 'nginx:1.27' },
  ],
  [
    'a sandbox of CRI-O',
    storage,
    [{ id, names: [`k8s_POD_web-0_shop_${uid}_0`], metadata: '{"image-name":"pause:3"}' }],
    { pod: 'web-0', namespace: 'shop', container: '', image: 'pause:3' },
  ],
  [
    'a container of containerd without Kubernetes',
    `run/containerd/io.containerd.runtime.v2.task/k8s.io/${id}/config.json`,
    { annotations: {} },
    undefined,
  ],
  ['another container', storage, [{ id: 'other', names: ['web'] }], undefined],
  ['a list that is none', storage, { id }, undefined],
  ['a list of nothing', storage, [null, 1, [], { id, names: 'web', metadata: 1 }], nothing],
  ['a state that is none', docker, 1, undefined],
];

describe('files of container runtimes', () => {
  for (const [what, file, content, expected] of table) {
    test(`about ${what}`, () => {
      const { path } = fakeRoot({ [file]: JSON.stringify(content) });
      assert.deepEqual(new StateFiles(path).find(id), expected);
    });
  }

  test('that are no JSON, or are not there, say nothing', () => {
    const { path } = fakeRoot({ [docker]: '{"Name"' });
    assert.equal(new StateFiles(path).find(id), undefined);
    assert.equal(new StateFiles('/nowhere').find(id), undefined);
  });

  test('that list containers are read again when they changed', () => {
    const { path, write } = fakeRoot({ [storage]: '[]' });
    const files = new StateFiles(path);
    assert.equal(files.find(id), undefined);
    write(storage, JSON.stringify([{ id, names: ['web'] }]));
    assert.equal(files.find(id)?.container, 'web');
  });
});
