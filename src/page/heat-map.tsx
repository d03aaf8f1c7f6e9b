import type { JSX } from 'preact';
import { useMemo, useRef } from 'preact/hooks';
import type uPlot from 'uplot';
import type { HistogramView } from '../live/live.ts';
import { count, type Unit } from '../units/unit-of.ts';
import { clock, timeAxis, valueAxis } from './axes.ts';
import { type Strip, strips, usedStrips } from './heat-cells.ts';
import { timeRange } from './line-chart.tsx';
import { quantity } from './numbers.ts';
import { paintCells } from './paint-cells.ts';
import { Plot } from './plot.tsx';
import { heatColors, quantileColors, useScheme } from './scheme.ts';
import { tooltip } from './tooltip.ts';

export const quantileNames = ['p50', 'p90', 'p99'] as const;

const dashes = { p50: [], p90: [8, 4], p99: [2, 3] };

type Props = {
  name: string;
  times: readonly number[];
  histogram: HistogramView;
  axis: 'linear' | 'log';
  unit: Unit;
  seconds: number;
};

/** Observations by size and time: the darker (on a dark page the brighter) the more; quantiles as lines over it. */
export function HeatMap({ name, times, histogram, axis, unit, seconds }: Props): JSX.Element {
  const scheme = useScheme();
  const { bounds, counts, quantiles } = histogram;
  const all = useMemo(() => strips(bounds, axis), [JSON.stringify(bounds), axis]);
  const [first, last] = usedStrips(counts, bounds.length);
  const most = counts.reduce((top, row) => Math.max(top, ...(row ?? [0])), 0);
  const latest = useRef({ times, counts, quantiles, first, last, most });
  latest.current = { times, counts, quantiles, first, last, most };
  const low = all[first]!.low;
  const high = all[last]!.high;
  const data = useMemo<uPlot.AlignedData>(
    () => [
      times as number[],
      ...quantileNames.map((one) => quantiles[one].map((value) => within(value, low, high))),
    ],
    [times, quantiles, low, high],
  );
  const makeOptions = (): Omit<uPlot.Options, 'width' | 'height'> => ({
    legend: { show: false },
    cursor: { drag: { x: false, y: false }, points: { size: 5 } },
    scales: {
      x: { time: true, range: () => timeRange(latest.current.times, seconds) },
      y: {
        distr: axis === 'log' ? 3 : 1,
        range: () => [all[latest.current.first]!.low, all[latest.current.last]!.high],
      },
    },
    axes: [timeAxis(), valueAxis(unit, false, axis === 'log')],
    series: [
      {},
      ...quantileNames.map((one) => ({
        stroke: quantileColors[scheme][one],
        width: 2,
        dash: dashes[one],
        points: { show: false },
      })),
    ],
    hooks: {
      drawClear: [(plot) => paintCells(plot, latest.current, all, heatColors[scheme])],
    },
    plugins: [
      tooltip((plot, index, top) => {
        const { times, counts, quantiles } = latest.current;
        const value = plot.posToVal(top, 'y');
        const at = all.findIndex(({ low, high }) => value >= low && value < high);
        const time = times[index];
        const strip = all[at];
        if (time === undefined || strip === undefined) return undefined;
        return {
          title: clock(time, true),
          lines: [
            { name: stripName(strip, unit), value: quantity(counts[index]?.[at], count, true) },
            ...quantileNames.map((one) => ({
              color: quantileColors[scheme][one],
              name: one,
              value: quantity(quantiles[one][index], unit),
            })),
          ],
        };
      }),
    ],
  });
  return (
    <>
      <Plot
        label={`Heat map of ${name} over time; the quantiles are written below`}
        height={320}
        identity={JSON.stringify([name, axis, seconds, bounds])}
        makeOptions={makeOptions}
        data={data}
      />
      <HeatLegend most={most} />
    </>
  );
}

function HeatLegend({ most }: { most: number }): JSX.Element {
  const scheme = useScheme();
  const colors = heatColors[scheme];
  return (
    <p class="legend">
      {quantileNames.map((one) => (
        <span key={one}>
          <svg width="24" height="8" aria-hidden="true">
            <line
              x1="0"
              y1="4"
              x2="24"
              y2="4"
              stroke={quantileColors[scheme][one]}
              stroke-width="2"
              stroke-dasharray={dashes[one].join(' ')}
            />
          </svg>
          {one}
        </span>
      ))}
      <span class="ramp">
        0
        <i
          style={{ background: `linear-gradient(to right, ${colors[0]}, ${colors[31]}, ${colors.at(-1)})` }}
        />
        {quantity(most, count, true)} in a bucket
      </span>
    </p>
  );
}

function within(value: number | null | undefined, low: number, high: number): number | null {
  return value === null || value === undefined ? null : Math.min(high, Math.max(low, value));
}

export function stripName({ from, to }: Strip, unit: Unit): string {
  if (from === Number.NEGATIVE_INFINITY) return `up to ${quantity(to, unit)}`;
  if (to === Number.POSITIVE_INFINITY) return `over ${quantity(from, unit)}`;
  return `${quantity(from, unit)} to ${quantity(to, unit)}`;
}
