import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { before, describe, it } from 'node:test';
import { atExit } from './support/at-exit.ts';
import { makeConfigs } from './support/configs.ts';
import { callGetpriority } from './support/events.ts';
import { startExporter } from './support/exporter.ts';
import { makeDirectories } from './support/process-events.ts';
import { needs, type Requirement } from './support/requirements.ts';
import { output } from './support/run.ts';

const tracefs = '/sys/kernel/tracing';
const kernelFunction = process.arch === 'x64' ? '__x64_sys_getpriority' : '__arm64_sys_getpriority';

type Case = {
  readonly section: string;
  readonly requires?: readonly Requirement[];
  /** The program sees every system call. */
  readonly all?: true;
  /** What it counts; calls of getpriority by default. */
  readonly makeEvents?: (n: number) => void;
};

const sections: readonly Case[] = [
  { section: 'tp_btf/sys_enter', all: true },
  { section: 'raw_tp/sys_enter', all: true },
  { section: 'tracepoint/syscalls/sys_enter_getpriority' },
  { section: 'uprobe/libc.so.6:getpriority' },
  { section: 'uretprobe/libc.so.6:getpriority' },
  { section: `kprobe/${kernelFunction}`, requires: ['kprobe'] },
  { section: `kretprobe/${kernelFunction}`, requires: ['kprobe'] },
  { section: 'ksyscall/getpriority', requires: ['kprobe'] },
  { section: 'kretsyscall/getpriority', requires: ['kprobe'] },
  { section: `kprobe.multi/${kernelFunction}`, requires: ['linux 5.18', 'kprobeMulti'] },
  { section: `kretprobe.multi/${kernelFunction}`, requires: ['linux 5.18', 'kprobeMulti'] },
  { section: `fentry/${kernelFunction}`, requires: ['ftrace'] },
  { section: `fexit/${kernelFunction}`, requires: ['ftrace'] },
  { section: 'lsm/inode_mkdir', requires: ['linux 5.7', 'lsm'], makeEvents: makeDirectories },
];

describe('a program attaches and sees every one of 100 events:', needs(), () => {
  before(async () => {
    if (existsSync(`${tracefs}/events`)) return;
    await output('mount', ['-t', 'tracefs', 'tracefs', tracefs]);
    atExit(() => spawnSync('umount', [tracefs]));
  });

  for (const { section, requires = [], all, makeEvents = callGetpriority } of sections) {
    it(section, needs(...requires), async () => {
      const defines = { SECTION: `"${section}"`, ...(all ? { OF_ALL_SYSCALLS: '' } : {}) };
      await using exporter = await startExporter({
        dir: await makeConfigs({ calls: { defines } }),
        names: 'calls',
        args: ['--config.strict'],
      });
      makeEvents(100);
      const page = await exporter.scrape();
      assert.equal(page.sum('ebpf_exporter_calls_total', { pid: String(process.pid) }), 100);
      assert.equal(page.sum('ebpf_exporter_ebpf_program_attached'), 1);
    });
  }
});
