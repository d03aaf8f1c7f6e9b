import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { countEntries } from './support/bpftool.ts';
import { makeCgroup } from './support/cgroup.ts';
import { throttle } from './support/cgroup-events.ts';
import { makeTree, runIn } from './support/cgroup-tree.ts';
import { examples } from './support/configs.ts';
import { startExporter } from './support/exporter.ts';
import { needs } from './support/requirements.ts';
import { patience, until } from './support/wait.ts';

const times = 30;

/** A shell that goes to another CPU at least so many times, in a cgroup. */
async function migrate(cgroup: string): Promise<void> {
  const script = `i=0; while [ $i -le ${times} ]; do taskset -cp $((i % 2)) $$ >/dev/null; i=$((i + 1)); done`;
  await runIn(cgroup, '/bin/sh', ['-c', script]);
}

describe('the example cgroup', needs(), () => {
  it('counts the moves of a cgroup’s tasks to other CPUs', async () => {
    await using exporter = await startExporter({ dir: examples, names: 'cgroup', args: ['--config.strict'] });
    await using tree = makeTree();
    await migrate(tree.path);
    const page = await exporter.scrape();
    const moves = page.sum('ebpf_exporter_cgroup_sched_migrations_total', { cgroup: tree.path });
    assert.ok(moves >= times, `${moves} moves`);
  });
});

for (const [example, prefix, requirements] of [
  ['cgroup_id_map', 'ebpf_exporter_cgroup', ['linux 6.6']],
  ['cgroup_id_map_cgrp_storage', 'ebpf_exporter_cgroup_cgrp_storage', ['linux 6.6']],
] as const) {
  describe(`the example ${example}`, needs(...requirements), () => {
    it('tells cgroups that match from others, those that were there and those that come and go', async () => {
      await using tree = makeTree();
      const [before, later, other] = ['system.slice/before', 'system.slice/later', 'other'].map((name) =>
        join(tree.path, name),
      ) as [string, string, string];
      mkdirSync(before, { recursive: true });
      mkdirSync(other);
      await using exporter = await startExporter({
        dir: examples,
        names: example,
        args: ['--config.strict'],
      });
      mkdirSync(later);
      await sleep(100 * patience); // it is in the map within milliseconds, not at once
      for (const path of [before, later, other]) await migrate(path);
      const page = await exporter.scrape();
      const moves = (what: string, cgroup: string): number =>
        page.sum(`${prefix}_sched_migrations_${what}`, { cgroup });
      for (const path of [before, later]) {
        assert.ok(moves('total', path) >= times, `${moves('total', path)} moves in ${path}`);
        assert.equal(moves('not_match_total', path), 0);
      }
      assert.equal(moves('total', other), 0);
      assert.ok(moves('not_match_total', other) >= times);

      if (example !== 'cgroup_id_map') return;
      const ids = (): Promise<number> => countEntries(exporter.pid, example);
      const known = await ids();
      await until('the cgroup can be removed', () => {
        rmdirSync(later);
        return true;
      });
      await until('it leaves the map', async () => (await ids()) === known - 1);
    });
  });
}

describe('a cgroup_id_map', needs('setpriv'), () => {
  it('is not kept without CAP_SYS_ADMIN: its config does not load, and says why', async () => {
    await using exporter = await startExporter({
      dir: examples,
      names: 'cgroup_id_map,timers',
      under: ['setpriv', '--bounding-set=-sys_admin'],
    });
    assert.match(
      exporter.log,
      /Config "cgroup_id_map": cgroup_id_map needs to be notified of cgroups; .*CAP_SYS_ADMIN is needed/,
    );
    const page = await exporter.scrape();
    assert.equal(page.sum('ebpf_exporter_config_loaded', { config: 'cgroup_id_map' }), 0);
    assert.equal(page.sum('ebpf_exporter_config_loaded', { config: 'timers' }), 1);
  });
});

describe('the example cfs-throttling', needs('ftrace', 'cgroup2'), () => {
  it('measures how long a cgroup waits for its quota', async () => {
    await using exporter = await startExporter({
      dir: examples,
      names: 'cfs-throttling',
      args: ['--config.strict'],
    });
    await using cgroup = makeCgroup({ 'cpu.max': '2000 20000' });
    await throttle(cgroup, 10);
    const stat = readFileSync(join(cgroup.path, 'cpu.stat'), 'utf8');
    const seconds = Number(/^throttled_usec (\d+)$/m.exec(stat)![1]) / 1e6;
    const name = 'ebpf_exporter_cfs_throttling_seconds';
    const labels = { cgroup: cgroup.path };
    let page = await exporter.scrape();
    // Before Linux 6.6 cgroups are walked, at most once a second: the name of a new one may take that long.
    for (let i = 0; i < 10 && page.sum(`${name}_count`, labels) === 0; i++) {
      await sleep(500);
      page = await exporter.scrape();
    }
    // Fewer than periods: one that used more than its quota waits for several.
    assert.ok(page.sum(`${name}_count`, labels) >= 2);
    const measured = page.sum(`${name}_sum`, labels);
    assert.ok(Math.abs(measured / seconds - 1) < 0.2, `${measured} s measured, ${seconds} s in cpu.stat`);
  });
});
