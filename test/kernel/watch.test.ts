import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, it } from 'node:test';
import { examples, makeConfigs } from './support/configs.ts';
import { callGetpriority } from './support/events.ts';
import { binary, runToEnd } from './support/exporter.ts';
import { needs } from './support/requirements.ts';
import { until } from './support/wait.ts';

const config = (name: string): string => `--config.dir=${examples} ${name}`;

describe('watch', needs('native'), () => {
  it('prints lines where the output is no terminal, and leaves nothing in the kernel', async () => {
    const dir = await makeConfigs({
      calls: { defines: { SECTION: '"tp_btf/sys_enter"', OF_ALL_SYSCALLS: '' } },
    });
    const args = ['watch', `--config.dir=${dir}`, '--count=4', '--interval=500ms', 'calls'];
    const ended = runToEnd(binary, args);
    const calling = setInterval(() => callGetpriority(10), 50);
    const { code, stdout } = await ended;
    clearInterval(calling);
    assert.equal(code, 0);
    const lines = stdout.split('\n').filter((line) => line.includes(`pid=${process.pid}`));
    const totals = lines.map((line) => Number(/\/s (\d+)$/.exec(line)?.[1]));
    assert.ok(totals.length > 1, stdout);
    assert.deepEqual(
      totals,
      totals.toSorted((a, b) => a - b),
    );
    assert.ok(totals.at(-1)! > totals[0]!, stdout);
  });

  it('says which metrics there are when it is asked for another', async () => {
    const args = ['watch', `--config.dir=${examples}`, '--metric=none', 'timers'];
    const { code, stderr } = await runToEnd(binary, args);
    assert.match(stderr, /--metric=none: there are timer_starts_total/);
    assert.equal(code, 1);
  });

  it('shows one metric after the other in a terminal, and ends with a key', needs('tmux'), async () => {
    const server = ['-L', `watch-${process.pid}`, '-f', '/dev/null'];
    const tmux = (...args: string[]): string =>
      spawnSync('tmux', [...server, ...args], { encoding: 'utf8' }).stdout;
    const screen = (): string => tmux('capture-pane', '-p');
    const shows = (pattern: RegExp): Promise<boolean> =>
      until(
        () => `${pattern} on the screen:\n${screen()}`,
        () => pattern.test(screen()),
        30_000,
      );
    const command = `${binary} watch ${config('timers softirq-latency')}; echo ended with $?; exec cat`;
    tmux('new-session', '-d', '-x', '100', '-y', '24', command);
    try {
      await shows(/^▸timer_starts_total .*│ timer_starts_total counter/m);
      tmux('send-keys', 'Left');
      await shows(/│ softirq_service_latency_seconds histogram$/m);
      await shows(/p50 \S+ .s +p90 \S+ .s +p99/);
      tmux('resize-window', '-x', '60', '-y', '15');
      await shows(/softirq_service_latency_seconds/);
      assert.ok(
        screen()
          .split('\n')
          .every((line) => line.length <= 60),
      );
      tmux('send-keys', ' ');
      await shows(/paused/i);
      tmux('send-keys', 'q');
      await shows(/ended with 0/);
      assert.doesNotMatch(screen(), /▸/);
    } finally {
      tmux('kill-server');
    }
  });
});
