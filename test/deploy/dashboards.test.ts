import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { dashboards, exportedMetrics } from '../../deploy/grafana/dashboards.ts';
import { panelQueries } from '../../deploy/grafana/queries.ts';
import { ownNames } from '../../src/config/metric-names.ts';
import { hasCommand } from '../vm/place.ts';

const root = join(import.meta.dirname, '../..');
const directory = join(root, 'deploy/grafana');

test('the dashboards are what npm run dashboards makes', () => {
  const made = Object.entries(dashboards()).map(([name, model]) => [`${name}.json`, model]);
  const present = readdirSync(directory).filter((file) => file.endsWith('.json'));
  assert.deepEqual(present.sort(), made.map(([file]) => file).sort());
  for (const [file, model] of made) {
    const text = readFileSync(join(directory, String(file)), 'utf8');
    assert.deepEqual(JSON.parse(text), model, `${file}: npm run dashboards makes it anew`);
  }
});

test('every example of a metric is in one of them', () => {
  const shown = panelQueries()
    .map(({ expr }) => expr)
    .join('\n');
  for (const { name } of metricsOfExamples()) assert.ok(shown.includes(`ebpf_exporter_${name}`), name);
});

test('every query names series that an exporter has, and their labels', () => {
  const labels = new Map(
    ownNames.map((name) => [`ebpf_exporter_${name}`, undefined as string[] | undefined]),
  );
  for (const name of ['process_cpu_seconds_total', 'process_resident_memory_bytes'])
    labels.set(name, undefined);
  for (const metric of metricsOfExamples()) {
    const name = `ebpf_exporter_${metric.name}`;
    if (metric.kind === 'histograms') labels.set(`${name}_bucket`, [...metric.labels, 'le']);
    else labels.set(name, [...metric.labels]);
  }
  for (const { dashboard, title, expr } of panelQueries()) {
    const names = [...expr.matchAll(/\b((?:ebpf_exporter|process)_\w+)\{/g)].map(([, name]) => name!);
    assert.notEqual(names.length, 0, expr);
    for (const name of names) assert.ok(labels.has(name), `${dashboard}, ${title}: ${name}`);
    const known = labels.get(names[0]!);
    const grouped = /sum by \(([^)]*)\)/.exec(expr)?.[1]?.split(', ') ?? [];
    if (known !== undefined)
      for (const label of grouped) assert.ok(known.includes(label), `${expr}: ${label}`);
  }
});

const skip = hasCommand('promtool') ? false : 'promtool is missing (Debian: prometheus)';

test('every query is PromQL', { skip }, () => {
  const scratch = mkdtempSync(join(tmpdir(), 'dashboards-'));
  try {
    const rules = panelQueries().map(({ expr }, at) => ({ record: `query_${at}`, expr }));
    const file = join(scratch, 'rules.yml');
    writeFileSync(file, JSON.stringify({ groups: [{ name: 'dashboards', rules }] }));
    const { status, stdout, stderr } = spawnSync('promtool', ['check', 'rules', file], { encoding: 'utf8' });
    assert.equal(status, 0, stdout + stderr);
    assert.match(stdout, new RegExp(`${rules.length} rules found`));
  } finally {
    rmSync(scratch, { recursive: true });
  }
});

function metricsOfExamples(): ReturnType<typeof exportedMetrics> {
  return readdirSync(join(root, 'examples'))
    .filter((file) => file.endsWith('.yaml'))
    .flatMap((file) => exportedMetrics(parse(readFileSync(join(root, 'examples', file), 'utf8'))));
}
