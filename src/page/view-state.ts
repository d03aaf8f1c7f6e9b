/** What is looked at; all of it is in the URL behind the `#`, so that links and the back button work. */
export type ViewState = {
  readonly page: 'overview' | 'metric' | 'spans';
  /** Of the metric; empty elsewhere. */
  readonly metric: string;
  /** Narrows the list of metrics, or a metric's label sets. */
  readonly search: string;
  /** Keys of series. */
  readonly pins: readonly string[];
  readonly top: number;
  /** Of history. */
  readonly seconds: number;
  /** Undefined: what suits the buckets. */
  readonly axis: 'linear' | 'log' | undefined;
  /** What of stacks is shown: the rate, or all since they were first counted. */
  readonly sum: 'now' | 'total';
  /** Names of frames from the root to the one that a flame graph shows alone. */
  readonly zoom: readonly string[];
};

export const defaults: ViewState = {
  page: 'overview',
  metric: '',
  search: '',
  pins: [],
  top: 10,
  seconds: 900,
  axis: undefined,
  sum: 'now',
  zoom: [],
};

/** The view that a URL's fragment names; whatever is wrong in it is the default. */
export function parseView(hash: string): ViewState {
  const query = new URLSearchParams(hash.replace(/^#/, ''));
  const metric = query.get('metric') ?? '';
  const axis = query.get('axis');
  return {
    page: query.has('spans') ? 'spans' : metric === '' ? 'overview' : 'metric',
    metric,
    search: query.get('search') ?? '',
    pins: query.getAll('pin'),
    top: within(query.get('top'), 1, 100, defaults.top),
    seconds: within(query.get('seconds'), 60, 3600, defaults.seconds),
    axis: axis === 'linear' || axis === 'log' ? axis : undefined,
    sum: query.get('sum') === 'total' ? 'total' : 'now',
    zoom: query.getAll('zoom'),
  };
}

function within(text: string | null, least: number, most: number, otherwise: number): number {
  const value = text === null || text === '' ? Number.NaN : Number(text);
  return value >= least && value <= most ? Math.round(value) : otherwise;
}

/** The fragment, with its `#`, of a view; what is as ever is left out. */
export function formatView(view: Partial<ViewState>): string {
  const query = new URLSearchParams();
  if (view.page === 'spans') query.set('spans', '1');
  if (view.metric) query.set('metric', view.metric);
  if (view.search) query.set('search', view.search);
  for (const pin of view.pins ?? []) query.append('pin', pin);
  if (view.top !== undefined && view.top !== defaults.top) query.set('top', String(view.top));
  if (view.seconds !== undefined && view.seconds !== defaults.seconds)
    query.set('seconds', String(view.seconds));
  if (view.axis !== undefined) query.set('axis', view.axis);
  if (view.sum === 'total') query.set('sum', view.sum);
  for (const frame of view.zoom ?? []) query.append('zoom', frame);
  return `#${query}`;
}

/**
 * What to ask the exporter for, to show a view.
 *
 * @param stacked whether the metric's stacks are shown: a search marks some of them, and leaves the others.
 */
export function liveQuery(view: ViewState, stacked = false): string {
  const query = new URLSearchParams({ seconds: String(view.seconds) });
  if (view.page !== 'metric') return query.toString();
  query.set('metric', view.metric);
  if (view.search !== '' && !stacked) query.set('search', view.search);
  query.set('top', String(view.top));
  for (const pin of view.pins) query.append('pin', pin);
  return query.toString();
}
