import { type Unit, unitOf } from '../../src/units/unit-of.ts';

/** A panel of a dashboard, without its id and place. Names are those of Grafana's JSON model. */
export type Panel = {
  readonly type: 'row' | 'timeseries' | 'heatmap' | 'stat' | 'table';
  readonly title: string;
  readonly description?: string;
  readonly targets?: readonly Target[];
  readonly [more: string]: unknown;
};

export type Target = {
  readonly expr: string;
  readonly legendFormat?: string;
  readonly format?: 'heatmap' | 'table';
  readonly instant?: boolean;
};

/** What a config exports, without the prefix. */
export type ExportedMetric = {
  readonly kind: 'counters' | 'gauges' | 'histograms';
  readonly name: string;
  readonly help: string;
  /** Of a histogram without its bucket. */
  readonly labels: readonly string[];
  readonly bucketType?: string;
};

/** Which of the scraped exporters; every selector has it. */
export const selected = 'job=~"$job", instance=~"$instance"';

/** How many series a panel shows. */
const most = 10;

const timeUnits: Readonly<Record<number, string>> = { 1: 's', 1e-3: 'ms', 1e-6: 'µs', 1e-9: 'ns' };

/** Grafana's name of a unit. */
function grafanaUnit({ symbol, factor }: Unit, perSecond: boolean): string {
  if (symbol === 's') return timeUnits[factor] ?? 'none';
  if (symbol === 'B' && factor === 1) return perSecond ? 'Bps' : 'bytes';
  if (symbol === '%') return factor === 100 ? 'percentunit' : 'percent';
  return perSecond ? 'cps' : 'short';
}

export function row(title: string): Panel {
  return { type: 'row', title, collapsed: false, panels: [] };
}

export function timeseries(
  title: string,
  targets: readonly Target[],
  unit: string,
  description?: string,
): Panel {
  return {
    type: 'timeseries',
    title,
    ...(description === undefined ? {} : { description }),
    targets,
    fieldConfig: {
      defaults: { unit, min: 0, custom: { fillOpacity: 10, showPoints: 'never' } },
      overrides: [],
    },
    options: {
      legend: { displayMode: 'list', placement: 'bottom' },
      tooltip: { mode: 'multi', sort: 'desc' },
    },
  };
}

/** The panels of one metric: a histogram has two, how it is spread and its quantiles. */
export function panelsOf(metric: ExportedMetric, description: string): readonly Panel[] {
  const { kind, name, help, labels } = metric;
  const unit = unitOf(name, help);
  const full = `ebpf_exporter_${name}`;
  const by = labels.length === 0 ? '' : ` by (${labels.join(', ')})`;
  const legendFormat = labels.length === 0 ? help : labels.map((label) => `{{${label}}}`).join(' ');
  if (kind === 'gauges') {
    const expr = `topk(${most}, max${by} (${full}{${selected}}))`;
    return [timeseries(help, [{ expr, legendFormat }], grafanaUnit(unit, false), description)];
  }
  if (kind === 'counters') {
    const expr = `topk(${most}, sum${by} (rate(${full}{${selected}}[$__rate_interval])))`;
    return [timeseries(`${help}, by second`, [{ expr, legendFormat }], grafanaUnit(unit, true), description)];
  }
  const bucket = `${full}_bucket{${selected}}[$__rate_interval]`;
  const quantiles = [0.5, 0.9, 0.99].map((quantile) => ({
    expr: `histogram_quantile(${quantile}, sum by (le) (rate(${bucket})))`,
    legendFormat: `p${quantile * 100}`,
  }));
  const worst = [...labels, 'le'].join(', ');
  const split = {
    expr: `topk(${most}, histogram_quantile(0.99, sum by (${worst}) (rate(${bucket}))))`,
    legendFormat: `p99 ${legendFormat}`,
  };
  return [
    heatmap(help, `sum by (le) (increase(${bucket}))`, {
      unit: grafanaUnit(unit, false),
      metric,
      description,
    }),
    timeseries(
      `${help}: quantiles`,
      labels.length === 0 ? quantiles : [...quantiles, split],
      grafanaUnit(unit, false),
    ),
  ];
}

function heatmap(
  title: string,
  expr: string,
  { unit, metric, description }: { unit: string; metric: ExportedMetric; description: string },
): Panel {
  // Buckets that double are rows of one height; others have the height of what they span.
  const scale = metric.bucketType === 'linear' ? { type: 'linear' } : { type: 'log', log: 2 };
  return {
    type: 'heatmap',
    title,
    description,
    targets: [{ expr, format: 'heatmap', legendFormat: '{{le}}' }],
    options: {
      calculate: false,
      yAxis: { unit },
      rowsFrame: { layout: 'le' },
      cellGap: 0,
      color: { mode: 'scheme', scheme: 'Oranges', steps: 64 },
      tooltip: { show: true, yHistogram: true },
    },
    fieldConfig: { defaults: { custom: { scaleDistribution: scale } }, overrides: [] },
  };
}
