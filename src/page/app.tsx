import type { JSX } from 'preact';
import type { Live } from '../live/live.ts';
import { Header } from './header.tsx';
import type { Connection } from './live-feed.ts';
import { MetricPage } from './metric-page.tsx';
import { Overview } from './overview.tsx';
import { Traces } from './traces.tsx';
import { verdictOf } from './verdict.ts';
import type { ViewState } from './view-state.ts';

export type AppProps = {
  live: Live | undefined;
  view: ViewState;
  /** Undefined in a snapshot. */
  connection: Connection | undefined;
  links: readonly { readonly path: string; readonly text: string }[];
  /** The exporter was exchanged for another version while this page was open. */
  outdated: boolean;
  onSearch: (text: string) => void;
  onChange: (change: Partial<ViewState>) => void;
  onRetry: () => void;
  onSave: () => Promise<void>;
};

export function App(props: AppProps): JSX.Element {
  const { live, view, connection, outdated } = props;
  const verdict = live === undefined ? undefined : verdictOf(live.status);
  return (
    <>
      <button type="button" class="skip" onClick={() => document.getElementById('content')?.focus()}>
        To the content
      </button>
      <Header {...props} verdict={verdict} />
      {outdated && (
        <p class="note" role="status">
          The exporter is another version now.{' '}
          <button type="button" onClick={() => location.reload()}>
            Reload the page
          </button>
        </p>
      )}
      <main id="content" tabIndex={-1} class={connection?.state === 'away' ? 'stale' : ''}>
        <Content {...props} live={live} view={view} />
      </main>
    </>
  );
}

function Content({ live, view, connection, onSearch, onChange }: AppProps): JSX.Element {
  if (live === undefined)
    return <p class="empty">{connection?.state === 'away' ? 'No data yet.' : 'Reading …'}</p>;
  if (view.page === 'spans') return <Traces traces={live.traces} />;
  if (view.page === 'overview') return <Overview live={live} view={view} onSearch={onSearch} />;
  const fixed = connection === undefined;
  return <MetricPage live={live} view={view} fixed={fixed} onSearch={onSearch} onChange={onChange} />;
}
