import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { daemonSet, helm, helmMissing, type Manifest, render } from './support/helm.ts';

const root = join(import.meta.dirname, '../..');

/** Versions of Kubernetes whose OpenAPI definitions are at hand, as TypeScript types. */
const versions = ['1.26', '1.29', '1.30'];
const modules: Readonly<Record<string, string>> = { 'apps/v1': 'apps/v1', v1: 'core/v1' };

const defaults = {};
const everything = {
  image: { repository: 'registry/ebpf', tag: '9', pullPolicy: 'Always' },
  imagePullSecrets: [{ name: 'pull' }],
  config: {
    names: ['timers', 'own'],
    objects: { source: 'host', path: '/var/lib/ebpf' },
    yaml: { own: 'metrics:\n  counters: []\n' },
  },
  extraArgs: ['--debug'],
  env: [{ name: 'OTEL_EXPORTER_OTLP_ENDPOINT', value: 'http://collector:4318' }],
  capabilities: ['BPF', 'PERFMON', 'NET_ADMIN'],
  user: '70000:70000',
  keepCapabilities: 'cap_net_admin',
  hostNetwork: true,
  port: 9999,
  hostRoot: false,
  webConfig: { secretName: 'web', scheme: 'HTTPS', clientCertificates: true },
  podMonitor: {
    enabled: true,
    interval: '30s',
    scrapeTimeout: '20s',
    labels: { release: 'monitoring' },
    tlsConfig: { insecureSkipVerify: true },
    basicAuth: { username: { name: 'web', key: 'user' }, password: { name: 'web', key: 'password' } },
  },
  serviceAccount: { name: 'own' },
  resources: { limits: { memory: '1Gi' } },
  priorityClassName: 'high',
  tolerations: [{ key: 'gpu', operator: 'Exists', effect: 'NoSchedule' }],
  nodeSelector: { disk: 'ssd' },
  affinity: { nodeAffinity: {} },
  updateStrategy: { type: 'OnDelete' },
  terminationGracePeriodSeconds: 30,
  podAnnotations: { team: 'kernel' },
  podLabels: { team: 'kernel' },
};

/** What the TypeScript compiler says of manifests as values of the types of a version of Kubernetes. */
function mistakes(manifests: readonly Manifest[], version: string): string {
  const directory = mkdtempSync(join(root, 'build/chart-'));
  try {
    const lines = manifests.map(
      ({ kind }, i) =>
        `import type { ${kind} as T${i} } from 'kubernetes-types-${version}/${modules[manifests[i]!.apiVersion]}';\n` +
        `export const m${i}: T${i} = ${JSON.stringify(manifests[i])};`,
    );
    const file = join(directory, 'manifests.ts');
    writeFileSync(file, lines.join('\n'));
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    const flags = [
      '--noEmit',
      '--strict',
      '--ignoreConfig',
      '--module',
      'esnext',
      '--moduleResolution',
      'bundler',
    ];
    return spawnSync(process.execPath, [tsc, ...flags, file], { encoding: 'utf8' }).stdout;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

describe('the Helm chart', { skip: helmMissing }, () => {
  test('passes helm lint', () => {
    const { status, stdout } = helm(defaults, 'lint', '--strict');
    assert.equal(status, 0, stdout);
  });

  for (const [name, values] of Object.entries({
    defaults,
    everything,
    reload: { ...everything, reload: { enabled: true } },
  })) {
    test(`rendered with ${name}, it is what Kubernetes ${versions.join(', ')} define`, () => {
      const own = render(values).filter(({ apiVersion }) => apiVersion in modules);
      for (const version of versions) assert.equal(mistakes(own, version), '');
    });
  }

  test('a manifest that is wrong is noticed', () => {
    const wrong = daemonSet(defaults);
    Object.assign(wrong.spec.template.spec.containers[0].securityContext, { capabilites: {} });
    assert.match(mistakes([wrong], '1.30'), /capabilites/);
  });

  test('values that are misspelled are refused', () => {
    const { status, stderr } = helm({ hostNetwrok: true }, 'template', 'release');
    assert.notEqual(status, 0);
    assert.match(stderr, /hostNetwrok/);
  });

  test('a container has only the capabilities of the values, and drops them', () => {
    const { securityContext, args } = daemonSet(everything).spec.template.spec.containers[0];
    assert.deepEqual(securityContext.capabilities, { drop: ['ALL'], add: ['BPF', 'PERFMON', 'NET_ADMIN'] });
    assert.ok(args.includes('--capabilities.keep=cap_net_admin') && args.includes('--user=70000:70000'));
    assert.ok(args.includes('--debug'));
  });

  test('a changed ConfigMap rolls the pods, unless they are to be reloaded', () => {
    const checksum = (text: string, enabled: boolean): string | undefined =>
      daemonSet({ ...defaults, config: { ...everything.config, yaml: { own: text } }, reload: { enabled } })
        .spec.template.metadata.annotations?.['checksum/config'];
    assert.match(checksum('a: 1', false) ?? '', /^[0-9a-f]{64}$/);
    assert.notEqual(checksum('a: 1', false), checksum('a: 2', false));
    assert.equal(checksum('a: 1', true), undefined);
  });

  test("the node's root is where the exporter looks for it, unless it is not mounted", () => {
    const mounted = daemonSet(defaults).spec.template.spec.containers[0];
    assert.ok(mounted.args.includes('--path.rootfs=/host'));
    assert.match(JSON.stringify(mounted.volumeMounts), /"mountPath":"\/host"/);
    const { args } = daemonSet({ hostRoot: false }).spec.template.spec.containers[0];
    assert.ok(!args.some((arg: string) => arg.startsWith('--path.rootfs')));
  });

  test('a reload keeps what loading takes', () => {
    const { args } = daemonSet({ reload: { enabled: true } }).spec.template.spec.containers[0];
    assert.ok(args.includes('--capabilities.keep=cap_bpf,cap_perfmon'));
    assert.ok(args.includes('--web.enable-lifecycle'));
  });
});
