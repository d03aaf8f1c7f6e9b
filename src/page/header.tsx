import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Live } from '../live/live.ts';
import type { Connection } from './live-feed.ts';
import type { Verdict } from './verdict.ts';
import { defaults, formatView, type ViewState } from './view-state.ts';
import { utc } from './words.ts';

type Props = {
  live: Live | undefined;
  view: ViewState;
  verdict: Verdict | undefined;
  /** Undefined in a snapshot. */
  connection: Connection | undefined;
  /** Of the exporter, other than this page. */
  links: readonly { readonly path: string; readonly text: string }[];
  onRetry: () => void;
  onSave: () => Promise<void>;
};

/** Whose page it is, how it is, and whether what is shown is still true. */
export function Header({ live, view, verdict, connection, links, onRetry, onSave }: Props): JSX.Element {
  return (
    <header>
      <a
        class="host"
        href={formatView(defaults)}
        aria-label={`Overview of ${live?.status.host.name ?? 'this host'}`}
      >
        {live?.status.host.name ?? 'eBPF exporter'}
      </a>
      <p class={`verdict ${verdict?.level ?? ''}`} role="status">
        {verdict !== undefined && (
          <a href={formatView(defaults)}>
            <Mark level={verdict.level} />
            {verdict.text}
          </a>
        )}
      </p>
      <Freshness connection={connection} live={live} onRetry={onRetry} />
      <nav aria-label="Elsewhere">
        {(live?.traces !== undefined || view.page === 'spans') && (
          <a href={formatView({ page: 'spans' })}>Spans</a>
        )}
        {links.map(({ path, text }) => (
          <a key={path} href={path}>
            {text}
          </a>
        ))}
        {connection !== undefined && <SaveButton disabled={live === undefined} onSave={onSave} />}
      </nav>
    </header>
  );
}

function Mark({ level }: Pick<Verdict, 'level'>): JSX.Element {
  return (
    <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      {level === 'good' ? (
        <path
          d="M3 8.5l3.2 3L13 4.5"
          fill="none"
          stroke="currentColor"
          stroke-width="2.2"
          stroke-linecap="round"
        />
      ) : (
        <path
          d="M8 2.5v7M8 12.5v.6"
          fill="none"
          stroke="currentColor"
          stroke-width="2.6"
          stroke-linecap="round"
        />
      )}
    </svg>
  );
}

type FreshnessProps = Pick<Props, 'connection' | 'live' | 'onRetry'>;

function Freshness({ connection, live, onRetry }: FreshnessProps): JSX.Element {
  const [now, setNow] = useState(Date.now());
  const away = connection?.state === 'away';
  useEffect(() => {
    if (!away) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [away]);
  if (connection === undefined)
    return <p class="fresh">Snapshot of {live === undefined ? 'nothing' : utc(live.time)}</p>;
  if (connection.state !== 'away') {
    const text = {
      connecting: 'Connecting …',
      live: 'Live',
      polling: `Every ${connection.state === 'polling' ? connection.everySeconds : 0} s`,
      paused: 'Paused',
    }[connection.state];
    return (
      <p class={`fresh ${connection.state}`} role="status">
        <i /> {text}
      </p>
    );
  }
  const wait = Math.max(0, Math.ceil((connection.retryAt - now) / 1000));
  return (
    <p class="fresh away">
      <i />
      <span role="status">Disconnected: {connection.reason}.</span>
      <span aria-hidden="true">{wait === 0 ? 'Trying …' : `Next try in ${wait} s`}</span>
      <button type="button" onClick={onRetry}>
        Try now
      </button>
    </p>
  );
}

function SaveButton({ disabled, onSave }: { disabled: boolean; onSave: () => Promise<void> }): JSX.Element {
  const [state, setState] = useState<'idle' | 'saving' | 'failed'>('idle');
  const onClick = async (): Promise<void> => {
    setState('saving');
    setState(
      await onSave().then(
        () => 'idle' as const,
        () => 'failed' as const,
      ),
    );
  };
  const text = { idle: 'Save snapshot', saving: 'Saving …', failed: 'Could not save; again' }[state];
  return (
    <button type="button" disabled={disabled || state === 'saving'} onClick={onClick}>
      {text}
    </button>
  );
}
