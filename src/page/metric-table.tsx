import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { MetricSummary } from '../live/live.ts';
import { quantity, shownUnit } from './numbers.ts';
import { Sparkline } from './sparkline.tsx';
import { useStillOrder } from './still-order.ts';
import { formatView, type ViewState } from './view-state.ts';
import { counted, grouped } from './words.ts';

type Props = {
  metrics: readonly MetricSummary[];
  view: ViewState;
  onSearch: (text: string) => void;
};

/** Metrics, those that moved most first. */
export function MetricTable({ metrics, view, onSearch }: Props): JSX.Element {
  const [held, setHeld] = useState(false);
  const wanted = view.search.toLowerCase();
  const ordered = useStillOrder(metrics, ({ name }) => name, held);
  const shown = ordered.filter(({ name, help, config }) =>
    `${config} ${name} ${help}`.toLowerCase().includes(wanted),
  );
  return (
    <section class="metrics" aria-labelledby="metrics">
      <div class="bar">
        <h2 id="metrics">Metrics</h2>
        <span class="hint">what moved most comes first</span>
        {metrics.length > 0 && (
          <input
            type="search"
            value={view.search}
            placeholder="Search  /"
            aria-label="Search metrics"
            onInput={(event) => onSearch(event.currentTarget.value)}
          />
        )}
      </div>
      <div
        class="scroll"
        onPointerEnter={() => setHeld(true)}
        onPointerLeave={() => setHeld(false)}
        onFocusCapture={() => setHeld(true)}
        onBlurCapture={() => setHeld(false)}
      >
        <table hidden={shown.length === 0}>
          <thead>
            <tr>
              <th scope="col">Metric</th>
              <th scope="col" class="wide">
                15 minutes
              </th>
              <th scope="col" class="number">
                Now
              </th>
              <th scope="col" class="number roomy">
                Series
              </th>
              <th scope="col" class="number">
                Moved
              </th>
            </tr>
          </thead>
          <tbody>
            {shown.map((metric) => (
              <Row key={metric.name} metric={metric} />
            ))}
          </tbody>
        </table>
      </div>
      {shown.length === 0 && (
        <p class="empty">
          {metrics.length === 0
            ? 'No metric: no config that is loaded has one.'
            : `None of ${counted(metrics.length, 'metric')} has “${view.search}” in its name, help or config.`}
        </p>
      )}
    </section>
  );
}

function Row({ metric }: { metric: MetricSummary }): JSX.Element {
  const { name, exportedName, help, config, now, recent = [], series, moved, disabled } = metric;
  const { unit, perSecond } = shownUnit(metric);
  return (
    <tr>
      <th scope="row">
        <a href={formatView({ metric: name })} title={exportedName}>
          {breakable(name)}
        </a>
        <span class="help" title={`${config}: ${help}`}>
          {disabled === undefined ? help : <span class="bad">disabled: {disabled}</span>}
        </span>
      </th>
      <td class="wide">
        <Sparkline values={recent} />
      </td>
      <td class="number now">{quantity(now, unit, perSecond)}</td>
      <td class="number roomy">{grouped(series)}</td>
      <td class="number">
        <Moved moved={moved} />
      </td>
    </tr>
  );
}

/** How far from its own last minutes, in five steps: the number itself says little. */
function Moved({ moved }: { moved: number }): JSX.Element {
  const step = moved <= 0 ? 0 : moved < 1 ? 1 : moved < 3 ? 2 : moved < 6 ? 3 : moved < 12 ? 4 : 5;
  const word = ['not at all', 'as usual', 'a little', 'more than usual', 'much', 'very much'][step]!;
  return (
    <span class={`moved step-${step}`} title={`moved ${word} (${moved.toPrecision(2)})`}>
      <span class="off-screen">{word}</span>
      <i />
      <i />
      <i />
      <i />
      <i />
    </span>
  );
}

/** A name that may go on in the next line after each `_`. */
export function breakable(name: string): (string | JSX.Element)[] {
  return name.split(/(?<=_)/).flatMap((part, index) => (index === 0 ? [part] : [<wbr key={index} />, part]));
}
