import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { before, describe, it } from 'node:test';
import { atExit } from './support/at-exit.ts';
import { makeConfigs } from './support/configs.ts';
import { callGetpriority } from './support/events.ts';
import { startExporter } from './support/exporter.ts';
import { needs, type Requirement } from './support/requirements.ts';
import { output } from './support/run.ts';

const tracefs = '/sys/kernel/tracing';
const kernelFunction = process.arch === 'x64' ? '__x64_sys_getpriority' : '__arm64_sys_getpriority';

/** Section, what it needs, and whether the program sees every system call. */
const sections: readonly { section: string; requires?: Requirement; all?: true }[] = [
  { section: 'tp_btf/sys_enter', all: true },
  { section: 'raw_tp/sys_enter', all: true },
  { section: 'tracepoint/syscalls/sys_enter_getpriority' },
  { section: 'uprobe/libc.so.6:getpriority' },
  { section: 'uretprobe/libc.so.6:getpriority' },
  { section: `kprobe/${kernelFunction}`, requires: 'kprobe' },
  { section: `kretprobe/${kernelFunction}`, requires: 'kprobe' },
  { section: `fentry/${kernelFunction}`, requires: 'ftrace' },
  { section: `fexit/${kernelFunction}`, requires: 'ftrace' },
];

describe('a program attaches and sees every one of 100 calls:', needs(), () => {
  before(async () => {
    if (existsSync(`${tracefs}/events`)) return;
    await output('mount', ['-t', 'tracefs', 'tracefs', tracefs]);
    atExit(() => spawnSync('umount', [tracefs]));
  });

  for (const { section, requires, all } of sections) {
    it(section, requires === undefined ? {} : needs(requires), async () => {
      const defines = { SECTION: `"${section}"`, ...(all ? { OF_ALL_SYSCALLS: '' } : {}) };
      await using exporter = await startExporter({
        dir: await makeConfigs({ calls: { defines } }),
        names: 'calls',
        args: ['--config.strict'],
      });
      callGetpriority(100);
      const page = await exporter.scrape();
      assert.equal(page.sum('ebpf_exporter_calls_total', { pid: String(process.pid) }), 100);
      assert.equal(page.sum('ebpf_exporter_ebpf_program_attached'), 1);
    });
  }
});
