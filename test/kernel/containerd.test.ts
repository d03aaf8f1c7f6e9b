import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inCgroup } from './support/cgroup-tree.ts';
import { makeConfigs } from './support/configs.ts';
import { Containerd } from './support/containerd.ts';
import { callGetpriority } from './support/events.ts';
import { startExporter } from './support/exporter.ts';
import { needs } from './support/requirements.ts';
import { until } from './support/wait.ts';

const label = (name: string): string => `
      labels:
        - name: ${name}
          size: 8
          decoders: [{name: uint}, {name: cgroup}, {name: container, field: ${name}}]`;
/** On cgroup2, both maps have the same keys. */
const yaml = `
metrics:
  counters:
    - name: by_cgroup_total
      help: Calls by pod${label('pod')}
    - name: by_memory_total
      help: Calls by image${label('image')}
`;

describe('a pod of containerd', needs('containerd', 'cgroup2', 'linux 6.6'), () => {
  it('has its name on what its containers do, whether it was there at the start or came later', async () => {
    await using containerd = await Containerd.start();
    await using early = await containerd.startPod('early-0', 'shop', '11111111-2222-3333-4444-555555555555');
    await using exporter = await startExporter({
      dir: await makeConfigs({ cgroups: { yaml } }),
      names: 'cgroups',
    });
    await using late = await containerd.startPod('late-0', 'shop', '66666666-7777-8888-9999-000000000000');
    inCgroup(early.cgroup, () => callGetpriority(11));
    inCgroup(late.cgroup, () => callGetpriority(22));
    const name = 'ebpf_exporter_by_cgroup_total';
    const page = await until('the names of both pods', async () => {
      const page = await exporter.scrape();
      return page.sum(name, { pod: 'late-0' }) > 0 && page.sum(name, { pod: 'early-0' }) > 0 && page;
    });
    assert.equal(page.sum(name, { pod: 'early-0' }), 11);
    assert.equal(page.sum(name, { pod: 'late-0' }), 22);
    assert.equal(page.sum('ebpf_exporter_by_memory_total', { image: early.image }), 33);
    assert.doesNotMatch(exporter.log, /container runtime/);
  });
});
