import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { examples } from './support/configs.ts';
import { startExporter } from './support/exporter.ts';
import { needs } from './support/requirements.ts';
import { until } from './support/wait.ts';

describe('a running exporter', needs(), () => {
  it('logs the signals that mean nothing to it, opens no debugger on SIGUSR1, and goes on', async () => {
    await using exporter = await startExporter({ dir: examples, names: 'timers' });
    for (const signal of ['SIGUSR2', 'SIGALRM', 'SIGIO', 'SIGXCPU'] as const) {
      process.kill(exporter.pid, signal);
      await until(`${signal} is logged`, () => exporter.log.includes(`WARN  ${signal} does nothing here`));
    }
    process.kill(exporter.pid, 'SIGUSR1'); // kept from Node.js, which would open its debugger
    await exporter.scrape();
    assert.doesNotMatch(exporter.log, /Debugger/);
    assert.ok((await exporter.scrape()).sum('ebpf_exporter_timer_starts_total') > 0);
  });

  it('stops on SIGQUIT', async () => {
    await using exporter = await startExporter({ dir: examples, names: 'timers' });
    await exporter.stop('SIGQUIT');
    assert.match(exporter.log, /Stopping on SIGQUIT/);
  });
});
