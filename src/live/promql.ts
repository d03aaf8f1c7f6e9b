import type { MetricKind, MetricView } from './live.ts';

/** What a metric's graph is in PromQL. `name`: as it is exported; `labels`: those that its series have. */
export function promqlOf({
  name,
  kind,
  labels,
  selected,
}: {
  readonly name: string;
  readonly kind: MetricKind;
  readonly labels: readonly string[];
  /** Labels of the one series that is looked at; undefined for all. */
  readonly selected?: Readonly<Record<string, string>> | undefined;
}): MetricView['promql'] {
  const selector =
    selected === undefined || labels.length === 0
      ? ''
      : `{${Object.entries(selected).map(([label, value]) => `${label}=${quoted(value)}`)}}`;
  if (kind === 'gauge') {
    const series = `${name}${selector}`;
    return [
      { title: 'Values', query: series },
      ...many(labels, selected, [
        { title: 'The ten largest', query: `topk(10, ${series})` },
        ...labels.map((label) => ({
          title: `The largest by ${label}`,
          query: `max by (${label}) (${series})`,
        })),
      ]),
    ];
  }
  if (kind === 'counter') {
    const rate = `rate(${name}${selector}[5m])`;
    return [
      { title: 'A second', query: rate },
      ...many(labels, selected, [
        { title: 'A second, all together', query: `sum(${rate})` },
        { title: 'The ten fastest', query: `topk(10, ${rate})` },
        ...labels.map((label) => ({ title: `A second, by ${label}`, query: `sum by (${label}) (${rate})` })),
      ]),
    ];
  }
  const buckets = `rate(${name}_bucket${selector}[5m])`;
  const average = (by: string): string =>
    `sum${by} (rate(${name}_sum${selector}[5m])) / sum${by} (rate(${name}_count${selector}[5m]))`;
  return [
    { title: 'Median', query: `histogram_quantile(0.5, sum by (le) (${buckets}))` },
    { title: '99th percentile', query: `histogram_quantile(0.99, sum by (le) (${buckets}))` },
    { title: 'Observations a second', query: `sum(rate(${name}_count${selector}[5m]))` },
    { title: 'Average', query: average('') },
    { title: 'Heat map', query: `sum by (le) (${buckets})` },
    ...many(labels, selected, [
      {
        title: 'The ten with most observations',
        query: `topk(10, rate(${name}_count[5m]))`,
      },
      ...labels.map((label) => ({
        title: `99th percentile by ${label}`,
        query: `histogram_quantile(0.99, sum by (${label}, le) (${buckets}))`,
      })),
    ]),
  ];
}

function many(
  labels: readonly string[],
  selected: unknown,
  queries: MetricView['promql'],
): MetricView['promql'] {
  return labels.length > 0 && selected === undefined ? queries : [];
}

/** A string of PromQL, which is one of Go. */
function quoted(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}
