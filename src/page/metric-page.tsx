import type { JSX } from 'preact';
import type { Live, MetricSummary, MetricView } from '../live/live.ts';
import { unitOf } from '../units/unit-of.ts';
import { Choice } from './choice.tsx';
import { Code } from './copy-button.tsx';
import { FlameGraph } from './flame-graph.tsx';
import { HeatMap, quantileNames } from './heat-map.tsx';
import { LineChart } from './line-chart.tsx';
import { useLineStyles } from './line-styles.ts';
import { quantity, shownUnit } from './numbers.ts';
import { SeriesTable } from './series-table.tsx';
import { defaults, formatView, type ViewState } from './view-state.ts';
import { counted } from './words.ts';

type Props = {
  live: Live;
  view: ViewState;
  /** The view is one of a snapshot: there are only the label sets that it has. */
  fixed: boolean;
  onSearch: (text: string) => void;
  onChange: (change: Partial<ViewState>) => void;
};

const spans = [
  { text: '5 min', seconds: 300 },
  { text: '15 min', seconds: 900 },
  { text: '1 h', seconds: 3600 },
];

/** One metric: its chart, its label sets, how to ask Prometheus for it. */
export function MetricPage(props: Props): JSX.Element {
  const { live, view } = props;
  const summary = findMetric(live, view);
  const found = live.views.find(({ name }) => name === summary?.name);
  if (summary === undefined) {
    return (
      <article>
        <h1>There is no metric {view.metric}</h1>
        <p class="lead">
          <a href={formatView(defaults)}>All metrics</a>
        </p>
      </article>
    );
  }
  return (
    <article>
      <p class="crumb">
        <a href={formatView(defaults)}>All metrics</a> / {summary.config}
      </p>
      <h1>{summary.exportedName}</h1>
      <p class="lead">
        {summary.help} <span class="kind">{summary.kind}</span>
      </p>
      {summary.disabled !== undefined && <p class="note bad">Disabled: {summary.disabled}</p>}
      {found === undefined ? (
        <p class="empty">{props.fixed ? 'This metric is not in the snapshot.' : 'Reading …'}</p>
      ) : (
        <Found {...props} summary={summary} found={found} />
      )}
    </article>
  );
}

function Found(props: Props & { summary: MetricSummary; found: MetricView }): JSX.Element {
  const { view, summary, fixed, onSearch, onChange } = props;
  const found = fixed ? searched(props.found, view.search) : props.found;
  const { unit, perSecond } = shownUnit(summary);
  const { histogram, stacks, series } = found;
  const axis = view.axis ?? histogram?.axis ?? 'linear';
  const styleOf = useLineStyles(summary.name);
  return (
    <>
      <div class="bar controls">
        {!fixed && stacks === undefined && (
          <Choice
            name="Time shown"
            view={view}
            options={spans.map(({ text, seconds }) => ({
              text,
              change: { seconds },
              chosen: view.seconds === seconds,
            }))}
          />
        )}
        {histogram !== undefined && (
          <Choice
            name="Axis"
            view={view}
            options={(['log', 'linear'] as const).map((one) => ({
              text: one,
              change: { axis: one },
              chosen: axis === one,
            }))}
          />
        )}
        {stacks !== undefined && summary.kind === 'counter' && (
          <Choice
            name="What is summed up"
            view={view}
            options={[
              { text: 'now', change: { sum: 'now' }, chosen: view.sum === 'now' },
              { text: 'since the start', change: { sum: 'total' }, chosen: view.sum === 'total' },
            ]}
          />
        )}
        {summary.labels.length > 0 && (
          <input
            type="search"
            value={view.search}
            placeholder={stacks === undefined ? 'Search label sets  /' : 'Search functions  /'}
            aria-label={stacks === undefined ? 'Search label sets' : 'Search functions'}
            onInput={(event) => onSearch(event.currentTarget.value)}
          />
        )}
      </div>
      {histogram !== undefined ? (
        <>
          <HeatMap
            name={summary.exportedName}
            times={found.times}
            histogram={histogram}
            axis={axis}
            unit={unitOf(summary.exportedName, summary.help)}
            seconds={view.seconds}
          />
          <dl class="quantiles">
            {quantileNames.map((one) => (
              <div key={one}>
                <dt>{one} now</dt>
                <dd>
                  {quantity(histogram.quantiles[one].at(-1), unitOf(summary.exportedName, summary.help))}
                </dd>
              </div>
            ))}
          </dl>
        </>
      ) : stacks !== undefined ? (
        <FlameGraph
          stacks={stacks}
          unit={unit}
          perSecond={perSecond && view.sum === 'now'}
          search={view.search}
          sum={view.sum}
          zoom={view.zoom}
          onZoom={(zoom) => onChange({ zoom })}
        />
      ) : (
        <LineChart
          name={summary.exportedName}
          times={found.times}
          series={series}
          styleOf={styleOf}
          unit={unit}
          perSecond={perSecond}
          seconds={view.seconds}
        />
      )}
      {stacks === undefined && (
        <section aria-labelledby="series">
          <div class="bar">
            <h2 id="series">{histogram === undefined ? 'Label sets' : 'Label sets by observations'}</h2>
            <span class="hint" role="status">
              {seriesHint(found, view)}
            </span>
            {!fixed && found.total > 5 && (
              <Choice
                name="How many"
                view={view}
                options={[5, 10, 25, 50].map((top) => ({
                  text: String(top),
                  change: { top },
                  chosen: view.top === top,
                }))}
              />
            )}
          </div>
          <SeriesTable
            series={series}
            labels={summary.labels}
            styleOf={histogram === undefined ? styleOf : undefined}
            unit={unit}
            perSecond={perSecond}
            pins={view.pins}
            onPin={(key) =>
              onChange({
                pins: view.pins.includes(key) ? view.pins.filter((pin) => pin !== key) : [...view.pins, key],
              })
            }
          />
        </section>
      )}
      {found.promql.length > 0 && (
        <section aria-labelledby="promql">
          <h2 id="promql">PromQL</h2>
          <div class="queries">
            {found.promql.map(({ title, query }) => (
              <div key={title}>
                <p class="query-title">{title}</p>
                <Code text={query} what={`query: ${title}`} />
              </div>
            ))}
          </div>
        </section>
      )}
    </>
  );
}

/** By its name in its config or the one that is exported. */
export function findMetric({ metrics }: Live, { metric }: ViewState): MetricSummary | undefined {
  return metrics.find(({ name, exportedName }) => name === metric || exportedName === metric);
}

function seriesHint({ total, matched, series }: MetricView, { search }: ViewState): string {
  if (search !== '') return `${counted(matched, 'match', 'matches')} among ${counted(total, 'label set')}`;
  return series.length < total
    ? `the largest ${series.length} of ${counted(total, 'label set')}`
    : counted(total, 'label set');
}

/** What the exporter does when it is asked; a snapshot has only what it has. */
function searched(view: MetricView, text: string): MetricView {
  if (text === '' || view.stacks !== undefined) return view;
  const wanted = text.toLowerCase();
  const series = view.series.filter(({ labels }) =>
    Object.entries(labels).some(([name, value]) => `${name}=${value}`.toLowerCase().includes(wanted)),
  );
  return { ...view, series, matched: series.length };
}
