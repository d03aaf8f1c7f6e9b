import { render } from 'preact';
import type { Live } from '../live/live.ts';
import { App } from './app.tsx';
import { type Connection, LiveFeed } from './live-feed.ts';
import { findMetric } from './metric-page.tsx';
import { embeddedSnapshot, saveSnapshot } from './snapshot.ts';
import { showInTab } from './tab.ts';
import { verdictOf } from './verdict.ts';
import { formatView, liveQuery, parseView, type ViewState } from './view-state.ts';

start();

/** Shows the snapshot that this page holds, or what the exporter says from now on. */
function start(): void {
  const root = document.getElementById('page')!;
  const links = JSON.parse(root.dataset.links ?? '[]') as { path: string; text: string }[];
  const snapshot = embeddedSnapshot();
  if (snapshot !== undefined && location.hash === '') history.replaceState(null, '', snapshot.hash);
  let view = parseView(location.hash);
  let live: Live | undefined = snapshot?.live;
  let connection: Connection | undefined = snapshot === undefined ? { state: 'connecting' } : undefined;
  let version: string | undefined;
  let queryTimer: ReturnType<typeof setTimeout> | undefined;

  const feed = new LiveFeed((newLive, newConnection) => {
    live = newLive ?? live;
    connection = newConnection;
    version ??= live?.status.build.version;
    show();
    // Now that it is known what kind of metric this is, other data may be wanted.
    if (newConnection.state === 'live' || newConnection.state === 'polling') ask();
  }, protocol() !== 'h2');
  const show = (): void => {
    const verdict = live === undefined ? undefined : verdictOf(live.status);
    showInTab(live?.status.host.name ?? '', verdict, connection);
    render(
      <App
        live={live}
        view={view}
        connection={connection}
        links={links}
        outdated={version !== undefined && live?.status.build.version !== version}
        onSearch={(search) => go({ search }, 'replace')}
        onChange={(change) => go(change, 'push')}
        onRetry={() => feed.retry()}
        onSave={() =>
          live === undefined ? Promise.resolve() : saveSnapshot(live, query(), location.hash || '#')
        }
      />,
      root,
    );
  };
  const query = (): string =>
    liveQuery(view, live !== undefined && findMetric(live, view)?.stackLabel !== undefined);
  const ask = (): void => {
    if (snapshot === undefined) feed.open(query(), view.seconds);
  };
  const go = (change: Partial<ViewState>, how: 'push' | 'replace'): void => {
    view = { ...view, ...change };
    if (how === 'push') history.pushState(null, '', formatView(view));
    else history.replaceState(null, '', formatView(view));
    show();
    // Not at every key that is pressed.
    clearTimeout(queryTimer);
    queryTimer = setTimeout(ask, how === 'push' ? 0 : 250);
  };
  window.addEventListener('popstate', () => {
    const before = view;
    view = parseView(location.hash);
    if (before.page !== view.page || before.metric !== view.metric) window.scrollTo(0, 0);
    show();
    ask();
  });
  document.addEventListener('visibilitychange', () => {
    if (snapshot !== undefined) return;
    if (document.hidden) feed.pause();
    else feed.resume();
  });
  document.addEventListener('keydown', (event) => {
    const typing = event.target instanceof HTMLInputElement;
    if (event.key !== '/' || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    const search = document.querySelector<HTMLInputElement>('input[type=search]');
    if (search !== null) {
      event.preventDefault();
      search.focus();
    }
  });
  show();
  if (document.hidden && snapshot === undefined) feed.pause();
  ask();
}

/** That this page came by: `http/1.1`, `h2`. */
function protocol(): string | undefined {
  const [entry] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
  return entry?.nextHopProtocol;
}
