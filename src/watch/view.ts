import type { MetricState, SeriesState } from './metric-state.ts';

export const sortings = ['rate', 'value', 'labels'] as const;
export type Sorting = (typeof sortings)[number];

/** What of the metrics is looked at. */
export type View = {
  /** Index of the metric. */
  readonly selected: number;
  /** Label sets above the first one that is shown. */
  readonly scroll: number;
  readonly sorting: Sorting;
  readonly paused: boolean;
};

export const firstView: View = { selected: 0, scroll: 0, sorting: 'rate', paused: false };

export type Key =
  | 'left'
  | 'right'
  | 'up'
  | 'down'
  | 'pageUp'
  | 'pageDown'
  | 'home'
  | 'end'
  | 'sort'
  | 'pause'
  | 'quit';

/** The view after a key. `metrics` and `series`: how many there are; `page`: how many label sets are shown at once. */
export function afterKey(
  view: View,
  key: Key,
  { metrics, series, page }: { readonly metrics: number; readonly series: number; readonly page: number },
): View {
  const last = Math.max(0, series - page);
  const scrollTo = (scroll: number): View => ({ ...view, scroll: Math.max(0, Math.min(last, scroll)) });
  const select = (selected: number): View => ({
    ...view,
    scroll: 0,
    selected: metrics === 0 ? 0 : (selected + metrics) % metrics,
  });
  switch (key) {
    case 'left':
      return select(view.selected - 1);
    case 'right':
      return select(view.selected + 1);
    case 'up':
      return scrollTo(view.scroll - 1);
    case 'down':
      return scrollTo(view.scroll + 1);
    case 'pageUp':
      return scrollTo(view.scroll - page);
    case 'pageDown':
      return scrollTo(view.scroll + page);
    case 'home':
      return scrollTo(0);
    case 'end':
      return scrollTo(last);
    case 'sort':
      return {
        ...view,
        scroll: 0,
        sorting: sortings[(sortings.indexOf(view.sorting) + 1) % sortings.length]!,
      };
    case 'pause':
      return { ...view, paused: !view.paused };
    default:
      return view;
  }
}

/** The label sets of a metric in their order: the fastest or largest first. Gauges have no rate to sort by. */
export function sorted({ kind, series }: MetricState, sorting: Sorting): SeriesState[] {
  const by = sorting === 'rate' && kind === 'gauge' ? 'value' : sorting;
  const byLabels = (a: SeriesState, b: SeriesState): number =>
    a.labels < b.labels ? -1 : a.labels > b.labels ? 1 : 0;
  const all = [...series.values()];
  if (by === 'labels') return all.sort(byLabels);
  const known = (number: number): number => (Number.isNaN(number) ? Number.NEGATIVE_INFINITY : number);
  return all.sort((a, b) => {
    const difference = known(b[by]) - known(a[by]);
    return difference > 0 ? 1 : difference < 0 ? -1 : b.value - a.value || byLabels(a, b);
  });
}
