import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import {
  type Container,
  chart,
  type DaemonSet,
  helmMissing,
  type Pod,
  render,
} from '../deploy/support/helm.ts';
import { freePort } from '../kernel/support/exporter.ts';
import { Page } from '../kernel/support/page.ts';
import { until } from '../kernel/support/wait.ts';
import { hasCommand } from '../vm/place.ts';
import { artifact, needsArtifact } from './support/artifacts.ts';
import { makeVolumes, startContainer } from './support/container.ts';
import { unpackImage } from './support/image-root.ts';

const file = artifact('image');
const crun = { skip: hasCommand('crun') ? false : 'crun is not in PATH (Debian: crun)' };

describe('the image', needsArtifact('image', ['unshare']), () => {
  it('runs read-only, with no more capabilities than the chart has, and keeps none', crun, async () => {
    const values: { capabilities: string[]; user: string } = parse(
      readFileSync(join(chart, 'values.yaml'), 'utf8'),
    );
    const port = await freePort();
    const args = ['--config.dir=/usr/share/ebpf_exporter/examples', '--config.names=timers'];
    args.push(`--web.listen-address=127.0.0.1:${port}`, '--capabilities.keep=none', `--user=${values.user}`);
    const container: Container = {
      args,
      securityContext: {
        runAsUser: 0,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'], add: values.capabilities },
      },
      volumeMounts: [{ name: 'tracing', mountPath: '/sys/kernel/tracing', readOnly: true }],
    };
    const volumes = new Map([['tracing', '/sys/kernel/tracing']]);
    await served({ containers: [container], volumes: [] }, volumes, port, (page, status) => {
      assert.ok(page.sum('ebpf_exporter_timer_starts_total') > 0);
      assert.match(status, /^Uid:\s+65534\s+65534\s+65534\s+65534$/m);
      assert.deepEqual(status.match(/^Cap(Prm|Eff|Bnd|Amb):\s+0{16}$/gm)?.length, 4, status);
    });
  });

  const skip = crun.skip || helmMissing;
  it("runs as the chart's pod, with configs out of its ConfigMap and objects of its own", {
    skip,
  }, async () => {
    const port = await freePort();
    const yaml = readFileSync(join(chart, '../../../examples/timers.yaml'), 'utf8');
    const help = 'Out of the ConfigMap';
    const manifests = render({
      port,
      config: { names: ['timers'], yaml: { timers: yaml.replace(/help: .*/, `help: ${help}`) } },
    });
    const { template } = (manifests.find(({ kind }) => kind === 'DaemonSet') as DaemonSet).spec;
    await served(template.spec, makeVolumes(template.spec, manifests), port, (page) => {
      const family = page.families.find(({ name }) => name === 'ebpf_exporter_timer_starts_total');
      assert.equal(family?.help, help);
    });
  });
});

/** Runs a pod of the image until a page and its process's status have been looked at, and sees it stop when it is asked to. */
async function served(
  pod: Pod,
  volumes: ReadonlyMap<string, string>,
  port: number,
  look: (page: Page, status: string) => void,
): Promise<void> {
  const image = await unpackImage(file);
  for (const container of pod.initContainers ?? []) {
    const { code, stderr } = await startContainer(image, container, volumes).ended;
    assert.equal(code, 0, stderr);
  }
  const running = startContainer(image, pod.containers[0], volumes);
  try {
    const page = await until(
      () => `a page with timers; the container says ${running.stderr}`,
      async () => {
        const response = await fetch(`http://127.0.0.1:${port}/metrics`).catch(() => undefined);
        const text = (await response?.text()) ?? '';
        return /^ebpf_exporter_timer_starts_total\{/m.test(text) && new Page(text);
      },
    );
    const crun = running.child.pid;
    const exporter = readFileSync(`/proc/${crun}/task/${crun}/children`, 'utf8').trim();
    look(page, readFileSync(`/proc/${exporter}/status`, 'utf8'));
  } finally {
    running.child.kill('SIGTERM');
    const { code } = await running.ended;
    assert.equal(code, 0, running.stderr);
  }
}
