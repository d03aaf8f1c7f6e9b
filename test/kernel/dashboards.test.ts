import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { panelQueries } from '../../deploy/grafana/queries.ts';
import { examples } from './support/configs.ts';
import { startKeepaliveTimers } from './support/events.ts';
import { startExporter } from './support/exporter.ts';
import { PrometheusServer } from './support/prometheus-server.ts';
import { needs } from './support/requirements.ts';
import { until } from './support/wait.ts';

describe('the dashboards', needs('prometheus', 'native'), () => {
  it('are answered by a Prometheus that scrapes the exporter', async () => {
    const shown = [
      'timer_starts_total',
      'softirq_entry_latency_seconds',
      'runqueue_latency_seconds',
      'syscalls_total',
    ];
    const names = 'timers,softirq-latency,runqueue-latency,syscalls';
    await using exporter = await startExporter({ dir: examples, names });
    await using prometheus = await PrometheusServer.start(exporter.port);
    await startKeepaliveTimers(1);
    const rates = async (): Promise<boolean> =>
      (await prometheus.query('rate(ebpf_exporter_timer_starts_total[1m])')).length > 0;
    await until('rates', rates, 30_000);
    const full = new Set<string>();
    for (const { title, expr } of panelQueries()) {
      if ((await prometheus.query(expr)).length > 0) full.add(title).add(expr);
    }
    for (const title of [
      ...['Configs that do not load', 'Programs that are not attached', 'Duration of readings'],
      ...[
        'CPU of the exporter',
        'Memory of the exporter',
        'How full maps are',
        'Entries that cannot be decoded',
      ],
    ]) {
      assert.ok(full.has(title), title);
    }
    for (const name of shown) {
      const queries = panelQueries().filter(({ expr }) => expr.includes(`ebpf_exporter_${name}`));
      assert.notEqual(queries.length, 0, name);
      for (const { expr } of queries) assert.ok(full.has(expr), expr);
    }
  });
});
