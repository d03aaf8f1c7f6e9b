import type { JSX } from 'preact';
import { useMemo, useRef } from 'preact/hooks';
import type uPlot from 'uplot';
import type { SeriesView } from '../live/live.ts';
import type { Unit } from '../units/unit-of.ts';
import { clock, timeAxis, valueAxis } from './axes.ts';
import type { LineStyle } from './line-styles.ts';
import { quantity } from './numbers.ts';
import { Plot } from './plot.tsx';
import { cssColor } from './scheme.ts';
import { tooltip } from './tooltip.ts';
import { seriesName } from './words.ts';

type Props = {
  name: string;
  times: readonly number[];
  series: readonly SeriesView[];
  styleOf: (key: string) => LineStyle;
  unit: Unit;
  perSecond: boolean;
  seconds: number;
};

/** Values of series over time, from zero up. */
export function LineChart({ name, times, series, styleOf, unit, perSecond, seconds }: Props): JSX.Element {
  const latest = useRef({ times, series });
  latest.current = { times, series };
  const data = useMemo<uPlot.AlignedData>(
    () => [times as number[], ...series.map(({ values }) => values as (number | null)[])],
    [times, series],
  );
  const keys = series.map(({ key }) => key);
  const makeOptions = (): Omit<uPlot.Options, 'width' | 'height'> => ({
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 6 } },
    scales: {
      x: { time: true, range: () => timeRange(latest.current.times, seconds) },
      y: { range: (_, low, high) => valueRange(low, high) },
    },
    axes: [timeAxis(), valueAxis(unit, perSecond, false)],
    series: [
      {},
      ...keys.map((key) => ({
        stroke: styleOf(key).color,
        dash: styleOf(key).dash,
        width: 1.75,
        points: { show: isAlone, size: 4, fill: cssColor('--surface') },
      })),
    ],
    plugins: [
      tooltip((_, index) => {
        const { times, series } = latest.current;
        const time = times[index];
        if (time === undefined) return undefined;
        const lines = series
          .map(({ key, labels, values }) => ({ key, labels, value: values[index] ?? null }))
          .filter(({ value }) => value !== null)
          .sort((a, b) => b.value! - a.value!)
          .slice(0, 12)
          .map(({ key, labels, value }) => ({
            color: styleOf(key).color,
            name: seriesName(labels),
            value: quantity(value, unit, perSecond),
          }));
        return { title: clock(time, true), lines };
      }),
    ],
  });
  return (
    <Plot
      label={`Chart of ${name} over time; the table below has the values`}
      height={280}
      identity={JSON.stringify([name, keys, seconds])}
      makeOptions={makeOptions}
      data={data}
    />
  );
}

/** A point without neighbours is no line. */
function isAlone(plot: uPlot, seriesIndex: number): boolean {
  const values = [...(plot.data[seriesIndex] ?? [])];
  return values.filter((value) => value !== null && value !== undefined).length < 2;
}

const ranges = [60, 300, 900, 3600];

/** The time that is asked for; soon after the start the part of it that there are points of, in steps. */
export function timeRange(times: readonly number[], seconds: number): [number, number] {
  const end = times.at(-1) ?? Date.now() / 1000;
  const known = end - (times[0] ?? end);
  const step = ranges.find((range) => range >= known) ?? seconds;
  return [end - Math.min(seconds, step), end];
}

function valueRange(low: number | null, high: number | null): [number, number] {
  const least = Math.min(0, low ?? 0);
  const most = Math.max(0, high ?? 0);
  if (least === 0 && most === 0) return [0, 1];
  const room = (most - least) * 0.06;
  return [least < 0 ? least - room : 0, most > 0 ? most + room : 0];
}
