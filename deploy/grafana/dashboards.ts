import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { exporterPanels } from './exporter-panels.ts';
import { type ExportedMetric, type Panel, panelsOf, row } from './panels.ts';

const root = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

const columns = 24;
const height = 8;

/** Grafana's JSON model of every dashboard, by the name of its file. */
export function dashboards(): Readonly<Record<string, unknown>> {
  const families = familiesOfExamples()
    .map(({ title, examples }) => [title, examples.flatMap(panelsOfExample)] as const)
    .filter(([, panels]) => panels.length > 0);
  return {
    exporter: dashboard('exporter', 'eBPF exporter', exporterPanels),
    ...Object.fromEntries(
      families.map(([title, panels]) => [
        title.toLowerCase(),
        dashboard(title.toLowerCase(), `eBPF: ${title}`, panels),
      ]),
    ),
  };
}

/** Those of the index of the examples' pages. */
function familiesOfExamples(): readonly { title: string; examples: readonly string[] }[] {
  const [, ...sections] = read('docs/examples/README.md').split(/^## /m);
  return sections.map((section) => ({
    title: section.split('\n', 1)[0]!,
    examples: [...section.matchAll(/\]\(([\w-]+(?:\.\d+)?)\.md\)/g)].map(([, name]) => name!),
  }));
}

function panelsOfExample(example: string): readonly Panel[] {
  const metrics = exportedMetrics(parse(read(`examples/${example}.yaml`)));
  if (metrics.length === 0) return [];
  const question = read(`docs/examples/${example}.md`).split('\n')[2]!;
  const description = `${question} Example ${example}.`;
  return [row(example), ...metrics.flatMap((metric) => panelsOf(metric, description))];
}

type Item = { name: string; help: string; bucket_type?: string; labels?: { name: string }[] };

export function exportedMetrics(config: { metrics?: Record<string, Item[]> }): readonly ExportedMetric[] {
  return (['counters', 'gauges', 'histograms'] as const).flatMap((kind) =>
    (config.metrics?.[kind] ?? []).map(({ name, help, bucket_type, labels = [] }) => ({
      kind,
      name,
      help,
      labels: (kind === 'histograms' ? labels.slice(0, -1) : labels).map((label) => label.name),
      ...(bucket_type === undefined ? {} : { bucketType: bucket_type }),
    })),
  );
}

function dashboard(name: string, title: string, panels: readonly Panel[]): unknown {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: Grafana puts the variable's value in
  const datasource = { type: 'prometheus', uid: '${datasource}' };
  const query = (label: string, of: string): unknown => ({
    name: label,
    label,
    type: 'query',
    datasource,
    query: { query: of, refId: label },
    refresh: 2,
    includeAll: true,
    multi: true,
    allValue: '.+',
    current: { text: 'All', value: '$__all' },
  });
  return {
    uid: `ebpf-exporter-${name}`,
    title,
    tags: ['ebpf_exporter'],
    schemaVersion: 39,
    editable: true,
    refresh: '30s',
    time: { from: 'now-1h', to: 'now' },
    templating: {
      list: [
        { name: 'datasource', label: 'data source', type: 'datasource', query: 'prometheus' },
        query('job', 'label_values(ebpf_exporter_build_info, job)'),
        query('instance', 'label_values(ebpf_exporter_build_info{job=~"$job"}, instance)'),
      ],
    },
    panels: placed(panels).map((panel) => ({ ...panel, datasource })),
  };
}

/** Rows have the width; up to four small panels, or two large ones, stand side by side. */
function placed(panels: readonly Panel[]): readonly Record<string, unknown>[] {
  let x = 0;
  let y = 0;
  let line = 0;
  return panels.map((panel, at) => {
    const w = panel.type === 'row' ? columns : panel.type === 'stat' ? columns / 4 : columns / 2;
    const h = panel.type === 'row' ? 1 : panel.type === 'stat' ? height / 2 : height;
    if (x + w > columns) {
      x = 0;
      y += line;
      line = 0;
    }
    const gridPos = { x, y, w, h };
    x += w;
    line = Math.max(line, h);
    return { id: at + 1, gridPos, ...panel };
  });
}
