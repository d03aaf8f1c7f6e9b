import type { HistogramView, Live, MetricSummary, MetricView } from '../live/live.ts';

/** What the page knows after an event: all of the new reading, and the points from before it where they go on. */
export function mergeLive(before: Live | undefined, event: Live, seconds: number): Live {
  if (before === undefined) return event;
  const known = new Map(before.metrics.map((metric) => [metric.name, metric]));
  const metrics = event.metrics.map((metric) => withRecent(metric, known.get(metric.name)));
  const views = event.views.map((view) => {
    const old = before.views.find(({ name }) => name === view.name);
    return old === undefined || !view.continues ? view : since(event.time - seconds, joined(old, view));
  });
  return { ...event, metrics, views };
}

/** Not every event has what changes slowly. */
function withRecent(metric: MetricSummary, before: MetricSummary | undefined): MetricSummary {
  if (metric.recent !== undefined || before?.recent === undefined) return metric;
  return { ...metric, recent: before.recent };
}

function joined(old: MetricView, view: MetricView): MetricView {
  const series = view.series.map((one, index) => ({
    ...one,
    values: [...(old.series[index]?.values ?? []), ...one.values],
  }));
  const whole = { ...view, times: [...old.times, ...view.times], series };
  const { histogram } = view;
  if (histogram === undefined || old.histogram === undefined) return whole;
  const before = old.histogram;
  return {
    ...whole,
    histogram: {
      ...histogram,
      counts: [...before.counts, ...histogram.counts],
      quantiles: quantiles((name) => [...before.quantiles[name], ...histogram.quantiles[name]]),
    },
  };
}

/** Without the points that are older. */
function since(time: number, view: MetricView): MetricView {
  const young = view.times.findIndex((one) => one >= time);
  const from = young === -1 ? view.times.length : young;
  if (from === 0) return view;
  const series = view.series.map((one) => ({ ...one, values: one.values.slice(from) }));
  const rest = { ...view, times: view.times.slice(from), series };
  const { histogram } = view;
  if (histogram === undefined) return rest;
  return {
    ...rest,
    histogram: {
      ...histogram,
      counts: histogram.counts.slice(from),
      quantiles: quantiles((name) => histogram.quantiles[name].slice(from)),
    },
  };
}

type Quantiles = HistogramView['quantiles'];

function quantiles(of: (name: keyof Quantiles) => Quantiles['p50']): Quantiles {
  return { p50: of('p50'), p90: of('p90'), p99: of('p99') };
}
