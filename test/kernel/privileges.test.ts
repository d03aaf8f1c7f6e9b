import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fixtures, makeConfigs } from './support/configs.ts';
import { callGetpriority, startKeepaliveTimers } from './support/events.ts';
import { binary, killed, runExporter, startExporter } from './support/exporter.ts';
import { needs } from './support/requirements.ts';
import { output, run } from './support/run.ts';
import { scratchDirectory } from './support/scratch.ts';
import { until } from './support/wait.ts';

const nobody = ['--reuid=65534', '--regid=65534', '--clear-groups'];
const none = '0000000000000000';

/** The distinct values that a line of /proc/PID/status has for the threads of a process. */
function ofAllThreads(pid: number, name: string): string[] {
  const tasks = `/proc/${pid}/task`;
  const statuses = readdirSync(tasks).map((task) => readFileSync(join(tasks, task, 'status'), 'utf8'));
  return [...new Set(statuses.map((text) => new RegExp(`^${name}:\\s*(.*)$`, 'm').exec(text)?.[1] ?? ''))];
}

describe('an exporter that keeps no capability', needs('linux 5.19'), () => {
  it('serves what it attached: symbols, perf events, ring buffers, USDT, tail calls, timers, iterators and cgroups go on', async () => {
    const probed = join(scratchDirectory(), 'probed');
    await output('clang', ['-O2', join(fixtures, 'probed.c'), '-o', probed]);
    const dir = await makeConfigs({
      kept: {},
      events: {},
      usdt: {
        defines: { SECTION: `"usdt/${probed}:exporter_test:step"` },
        once: true,
        yaml: 'metrics: {counters: [{name: steps_total, help: Passes}]}',
      },
      timers: { example: 'timers' },
      cgroup: { example: 'cgroup' },
      iterates: { yaml: 'metrics: {counters: [{name: walks_total, help: Walks}]}' },
      flood: {
        defines: { RECORDS: '10' },
        yaml: `metrics: {counters: [{name: numbers_total, help: Records, ringbuf: ring,
          labels: [{name: number, size: 8, decoders: [{name: uint}]}]}]}`,
      },
    });
    await using exporter = await startExporter({
      dir,
      names: 'kept,events,usdt,timers,cgroup,iterates,flood',
      args: ['--capabilities.keep=none', '--config.strict'],
    });
    for (const set of ['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb']) {
      assert.deepEqual(ofAllThreads(exporter.pid, set), [none], set);
    }
    assert.deepEqual(ofAllThreads(exporter.pid, 'NoNewPrivs'), ['1']);
    assert.deepEqual(ofAllThreads(exporter.pid, 'Seccomp'), ['2']);
    assert.doesNotMatch(readFileSync(`/proc/${exporter.pid}/maps`, 'utf8'), /libbpf/);

    const before = await exporter.scrape();
    callGetpriority(100);
    await output(probed, ['50']);
    await startKeepaliveTimers(5);
    const page = await exporter.scrape();
    const rise = (name: string, labels?: Record<string, string>): number =>
      page.sum(`ebpf_exporter_${name}`, labels) - before.sum(`ebpf_exporter_${name}`, labels);
    assert.equal(page.sum('ebpf_exporter_kept_total', { pid: String(process.pid) }), 100);
    assert.equal(rise('steps_total'), 50);
    assert.ok(rise('numbers_total') >= 1000, 'the ring buffer is read');
    assert.equal(rise('walks_total'), 1, 'iterators run');
    const notified = needs('linux 6.6').skip === false ? 1 : 0;
    assert.equal(page.sum('ebpf_exporter_cgroups_notified'), notified, 'the kernel tells of cgroups');
    assert.ok(rise('hops_total') >= 100, 'the array of programs still has its program');
    assert.ok(rise('timer_starts_total', { function: 'tcp_keepalive_timer' }) >= 5, 'symbols have names');
    const ticks = page.sum('ebpf_exporter_ticks_total');
    await until(
      'the timer ticks',
      async () => (await exporter.scrape()).sum('ebpf_exporter_ticks_total') > ticks + 3,
    );
  });
});

describe('an exporter that keeps some capabilities', needs('linux 5.19'), () => {
  it('has just those, as the user that was asked for', async (t) => {
    if (!(await readableByNobody())) return t.skip('this checkout cannot be read by others');
    const dir = await makeConfigs({ kept: {} });
    const args = ['--capabilities.keep=cap_perfmon,cap_bpf', '--user=nobody'];
    await using exporter = await startExporter({ dir, names: 'kept', args });
    for (const set of ['CapPrm', 'CapEff', 'CapBnd', 'CapAmb']) {
      assert.deepEqual(ofAllThreads(exporter.pid, set), ['000000c000000000'], set);
    }
    assert.deepEqual(ofAllThreads(exporter.pid, 'Uid'), [Array(4).fill('65534').join('\t')]);
    callGetpriority(10);
    assert.ok((await exporter.scrape()).sum('ebpf_exporter_hops_total') >= 10);
  });
});

describe('an exporter of a user who is not root', needs('linux 5.19', 'setpriv'), () => {
  it('gives up its ambient capabilities, and warns of the bounding set', async (t) => {
    if (!(await readableByNobody())) return t.skip('this checkout cannot be read by others');
    const set = '+bpf,+perfmon';
    const under = ['setpriv', ...nobody, `--inh-caps=${set}`, `--ambient-caps=${set}`];
    const dir = await makeConfigs({ kept: {} });
    await using exporter = await startExporter({
      dir,
      names: 'kept',
      under,
      args: ['--capabilities.keep=none'],
    });
    for (const set of ['CapInh', 'CapPrm', 'CapEff', 'CapAmb']) {
      assert.deepEqual(ofAllThreads(exporter.pid, set), [none], set);
    }
    assert.match(exporter.log, /The bounding set stays as it is/);
    callGetpriority(10);
    assert.ok((await exporter.scrape()).sum('ebpf_exporter_hops_total') >= 10);
  });
});

describe('an exporter that is killed', needs('native'), () => {
  it('leaves nothing in the kernel, at whatever moment of its start', async () => {
    const dir = await makeConfigs({ events: {}, timers: { example: 'timers' } });
    for (let afterMs = 50; afterMs <= 450; afterMs += 80) {
      await killed({ dir, names: 'events,timers', args: ['--capabilities.keep=none'] }, afterMs);
    }
  });
});

describe('privileges that cannot be had end the exporter before it loads anything:', needs(), () => {
  const refused: readonly [args: string[], message: RegExp][] = [
    [['--capabilities.keep=cap_bfp'], /--capabilities\.keep cap_bfp: unknown "cap_bfp"/],
    [['--user=nosuchuser'], /--user nosuchuser: this system has no such user/],
  ];
  for (const [args, message] of refused) {
    it(args.join(' '), async () => {
      const { code, stderr } = await runExporter({
        dir: await makeConfigs({ kept: {} }),
        names: 'kept',
        args,
      });
      assert.match(stderr, message);
      assert.equal(code, 1);
    });
  }
});

async function readableByNobody(): Promise<boolean> {
  return (await run('setpriv', [...nobody, 'test', '-r', binary])).code === 0;
}
