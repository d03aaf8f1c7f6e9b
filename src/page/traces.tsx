import type { JSX } from 'preact';
import type { Trace } from '../live/live.ts';
import { clock } from './axes.ts';
import { CopyButton } from './copy-button.tsx';
import { nested, traceTime } from './nested-spans.ts';
import { seconds } from './numbers.ts';
import { counted } from './words.ts';

/** The last spans, grouped by trace. */
export function Traces({ traces }: { traces: readonly Trace[] | undefined }): JSX.Element {
  if (traces === undefined)
    return (
      <article>
        <h1>Spans</h1>
        <p class="lead">
          They are shown with <code>--web.ui-spans</code> only, since their attributes may be secrets.
        </p>
      </article>
    );
  return (
    <article>
      <h1>Spans</h1>
      <p class="lead">The last {counted(traces.length, 'trace')}, the latest first.</p>
      {traces.length === 0 && <p class="empty">No span yet.</p>}
      {traces.map((trace) => (
        <OneTrace key={trace.id} trace={trace} />
      ))}
    </article>
  );
}

function OneTrace({ trace }: { trace: Trace }): JSX.Element {
  const { start, length } = traceTime(trace);
  return (
    <section class="trace" aria-label={`Trace ${trace.id}`}>
      <p class="trace-id">
        <code>{trace.id}</code> <CopyButton text={trace.id} what="trace id" />
        <span class="hint">
          {clock(start, true)}, {seconds(length)}, {counted(trace.spans.length, 'span')}
        </span>
      </p>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th scope="col">Span</th>
              <th scope="col" class="roomy">
                Attributes
              </th>
              <th scope="col" class="number">
                Takes
              </th>
              <th scope="col" class="wide">
                When
              </th>
            </tr>
          </thead>
          <tbody>
            {nested(trace.spans).map(({ span, depth }) => (
              <tr key={span.id}>
                <th scope="row">
                  <span class="name" style={{ paddingLeft: `${Math.min(depth, 8) * 0.9}rem` }}>
                    {span.name}
                  </span>
                  <span class="help" style={{ paddingLeft: `${Math.min(depth, 8) * 0.9}rem` }}>
                    {span.service} · {span.config}
                  </span>
                </th>
                <td class="roomy attributes">
                  {Object.entries(span.attributes).map(([name, value]) => (
                    <span key={name} title={`${name}=${value}`}>
                      {name}=<b>{value}</b>
                    </span>
                  ))}
                </td>
                <td class="number">{seconds(span.seconds)}</td>
                <td class="wide">
                  <span class="when">
                    <i
                      style={{
                        left: `${(100 * (span.start - start)) / (length || 1)}%`,
                        width: `${(100 * span.seconds) / (length || 1)}%`,
                      }}
                    />
                  </span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
