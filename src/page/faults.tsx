import type { JSX } from 'preact';
import type { Status } from '../live/live.ts';
import { CopyButton } from './copy-button.tsx';
import { formatView } from './view-state.ts';
import { grouped } from './words.ts';

/** What was lost, could not be decoded or sent; nothing where nothing was. */
export function Faults({ status }: { status: Status }): JSX.Element | null {
  const lost = status.streams.filter((stream) => stream.lost > 0);
  const errors = status.decoderErrors.filter(({ count }) => count > 0);
  if (lost.length === 0 && errors.length === 0 && status.spans === undefined) return null;
  return (
    <section class="faults" aria-labelledby="faults">
      <h2 id="faults">Records and keys</h2>
      <dl>
        {lost.map(({ config, map, lost }) => (
          <div key={`${config} ${map}`}>
            <dt>
              {config}: {map}
            </dt>
            <dd>
              <b class="bad">{grouped(lost)}</b> records lost
            </dd>
          </div>
        ))}
        {errors.map(({ config, count, metric, keyHex, message }) => (
          <div key={config}>
            <dt>{config}</dt>
            <dd>
              <b class="bad">{grouped(count)}</b> keys not decoded
              {message !== undefined && (
                <>
                  ; the last one{' '}
                  {metric !== undefined && (
                    <>
                      of <a href={formatView({ metric })}>{metric}</a>
                    </>
                  )}
                  : {message}
                </>
              )}
              {keyHex !== undefined && (
                <div class="code">
                  <code>{keyHex}</code>
                  <CopyButton text={keyHex} what={`key of ${config}`} />
                </div>
              )}
            </dd>
          </div>
        ))}
        {status.spans !== undefined && <Spans spans={status.spans} />}
      </dl>
    </section>
  );
}

function Spans({ spans: { sent, dropped } }: { spans: NonNullable<Status['spans']> }): JSX.Element {
  const reasons = Object.entries(dropped).filter(([, count]) => count > 0);
  return (
    <div>
      <dt>Spans</dt>
      <dd>
        {grouped(sent)} sent
        {reasons.map(([reason, count]) => (
          <span key={reason}>
            , <b class="bad">{grouped(count)}</b> dropped ({reason})
          </span>
        ))}
      </dd>
    </div>
  );
}
