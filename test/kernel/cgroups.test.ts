import assert from 'node:assert/strict';
import { existsSync, mkdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fillMaps, u64 } from './support/bpftool.ts';
import { cgroup2, cgroupId, inCgroup, makeTree } from './support/cgroup-tree.ts';
import { makeConfigs } from './support/configs.ts';
import { callGetpriority } from './support/events.ts';
import { type RunningExporter, startExporter } from './support/exporter.ts';
import type { Page } from './support/page.ts';
import { needs } from './support/requirements.ts';
import { until } from './support/wait.ts';

const byCgroup = 'ebpf_exporter_by_cgroup_total';
const byMemory = 'ebpf_exporter_by_memory_total';

/** Makes a cgroup, calls getpriority in it, removes it. How long it was there. */
function shortLife(path: string, calls: number): number {
  const start = performance.now();
  mkdirSync(path);
  inCgroup(path, () => callGetpriority(calls));
  rmdirSync(path);
  return performance.now() - start;
}

/** Series by cgroup below a path. */
function below(page: Page, path: string): Map<string, number> {
  const samples = page.samples(byCgroup).filter(({ labels }) => labels.cgroup!.startsWith(`${path}/`));
  return new Map(samples.map(({ labels, value }) => [labels.cgroup!, value]));
}

function unknown(page: Page): string[] {
  return page.labelValues(byCgroup, 'cgroup').filter((cgroup) => cgroup.startsWith('unknown_cgroup_id'));
}

describe('cgroups that the kernel tells of', needs('linux 6.6'), () => {
  let exporter: RunningExporter;
  before(async () => {
    exporter = await startExporter({ dir: await makeConfigs({ cgroups: {} }), names: 'cgroups' });
  });
  after(() => exporter?.stop());

  it('are counted as known, with the mode', async () => {
    const page = await exporter.scrape();
    const state = (name: string, labels = {}): number =>
      page.sum(`ebpf_exporter_${name}`, { hierarchy: 'cgroup2', ...labels });
    assert.equal(state('cgroups_notified'), 1);
    assert.ok(state('cgroups', { state: 'live' }) >= 1);
    assert.equal(state('cgroup_notification_errors_total'), 0);
  });

  it('have names when each of a thousand was there for less than 50 ms, and keep them', async () => {
    await using tree = makeTree();
    const lives: number[] = [];
    for (let i = 0; i < 1000; i++) lives.push(shortLife(join(tree.path, `short-${i}`), 3));
    lives.sort((a, b) => a - b);
    assert.ok(lives[990]! < 50, `the longest lived ${lives.slice(-10)} ms`);
    const page = await exporter.scrape();
    const expected = new Map(lives.map((_, i) => [`${tree.path}/short-${i}`, 3]));
    assert.deepEqual(new Map([...below(page, tree.path)].sort()), new Map([...expected].sort()));
    assert.deepEqual(unknown(page), []);
    assert.equal(page.sum('ebpf_exporter_cgroups_unknown', { hierarchy: 'cgroup2' }), 0);

    await using others = makeTree();
    for (let scrape = 0; scrape < 10; scrape++) {
      for (let i = 0; i < 20; i++) shortLife(join(others.path, `other-${scrape}-${i}`), 1);
      const page = await exporter.scrape();
      assert.deepEqual(below(page, tree.path).size, 1000);
      assert.equal(below(page, others.path).size, (scrape + 1) * 20);
      assert.deepEqual(unknown(page), []);
    }
  });

  it('have names when a parent was gone before anybody looked', async () => {
    await using tree = makeTree();
    const path = join(tree.path, 'parent');
    mkdirSync(path);
    shortLife(join(path, 'child'), 2);
    rmdirSync(path);
    assert.deepEqual([...below(await exporter.scrape(), tree.path)], [[`${path}/child`, 2]]);
  });

  it('are one series when a path was made again, whose ids are two', async () => {
    await using tree = makeTree();
    const path = join(tree.path, 'again');
    for (let times = 0; times < 5; times++) shortLife(path, 2);
    assert.deepEqual([...below(await exporter.scrape(), tree.path)], [[path, 10]]);
  });
});

describe('ids of hierarchies', needs(), () => {
  it('stay apart: each decoder answers from its own', async () => {
    await using exporter = await startExporter({
      dir: await makeConfigs({ cgroups: {} }),
      names: 'cgroups',
    });
    const lost = 2n ** 40n;
    // 1 is the root of every hierarchy.
    for (const map of ['by_cgroup_total', 'by_memory_total']) {
      await fillMaps(exporter.pid, {
        [map]: [
          [u64(1n), 10n],
          [u64(lost), 20n],
        ],
      });
    }
    const page = await exporter.scrape();
    const memory = '/sys/fs/cgroup/memory';
    const isV1 = existsSync(join(memory, 'cgroup.procs'));
    const rootName = isV1 ? memory : 'unknown_cgroup_id:1';
    assert.ok(page.sum(byCgroup, { cgroup: cgroup2() }) >= 10);
    assert.ok(page.sum(byMemory, { cgroup: rootName }) >= 10);
    for (const name of [byCgroup, byMemory]) {
      assert.equal(page.sum(name, { cgroup: `unknown_cgroup_id:${lost}` }), 20);
    }
    if (!isV1) assert.match(exporter.log, /No cgroup hierarchy "memory" is mounted; there are: cgroup2\./);
  });
});

describe('without CAP_SYS_ADMIN', needs('setpriv'), () => {
  it('the tree is walked, one line says so, and the exporter serves', async () => {
    await using exporter = await startExporter({
      dir: await makeConfigs({ cgroups: {} }),
      names: 'cgroups',
      under: ['setpriv', '--bounding-set=-sys_admin'],
    });
    await using tree = makeTree();
    const path = join(tree.path, 'stays');
    mkdirSync(path);
    inCgroup(path, () => callGetpriority(7));
    const page = await until('the name of a cgroup', async () => {
      const page = await exporter.scrape();
      return below(page, tree.path).size > 0 && page;
    });
    assert.deepEqual([...below(page, tree.path)], [[path, 7]]);
    assert.equal(page.sum('ebpf_exporter_cgroups_notified'), 0);
    const said = exporter.log.match(/Cannot be notified of cgroups at .*/g) ?? [];
    const hierarchies = page.samples('ebpf_exporter_cgroups_notified').length;
    assert.equal(said.length, hierarchies, exporter.log);
    assert.match(said[0]!, /: fanotify_mark: EPERM .*; CAP_SYS_ADMIN is needed\. .* walking the tree/);
  });
});

describe('in a private cgroup namespace', needs('unshare'), () => {
  it('paths begin where it does, what is outside has none, and one line says so', async () => {
    await using tree = makeTree();
    const [inside, outside] = [join(tree.path, 'ns'), join(tree.path, 'outside')];
    for (const path of [inside, join(inside, 'child'), outside]) mkdirSync(path);
    // In `inside` when the namespace is made, with cgroup2 mounted anew where it was.
    const enter = `echo $$ > ${inside}/cgroup.procs`;
    const mount = `umount -l ${cgroup2()} && mount -t cgroup2 none ${cgroup2()} && exec "$@"`;
    const script = `${enter} && exec unshare --cgroup --mount /bin/sh -c '${mount}' sh "$@"`;
    await using exporter = await startExporter({
      dir: await makeConfigs({ cgroups: {} }),
      names: 'cgroups',
      under: ['/bin/sh', '-c', script, 'sh'],
    });
    inCgroup(join(inside, 'child'), () => callGetpriority(3));
    inCgroup(outside, () => callGetpriority(5));
    const page = await exporter.scrape();
    assert.equal(page.sum(byCgroup, { cgroup: `${cgroup2()}/child` }), 3);
    assert.equal(page.sum(byCgroup, { cgroup: `unknown_cgroup_id:${cgroupId(outside)}` }), 5);
    const said = exporter.log.match(/Only a part of the cgroup hierarchy cgroup2 is at /g);
    assert.equal(said?.length, 1, exporter.log);
  });
});
