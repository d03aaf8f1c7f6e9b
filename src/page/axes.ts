import type uPlot from 'uplot';
import { formatIn, formatQuantity, scaleFor } from '../units/quantity.ts';
import type { Unit } from '../units/unit-of.ts';
import { cssColor } from './scheme.ts';

const font = '12px system-ui, sans-serif';

/** Time from left to right, on a 24-hour clock in the reader's zone. */
export function timeAxis(): uPlot.Axis {
  return {
    ...look(),
    size: 34,
    space: 70,
    values: (_, splits, __, ___, increment) => splits.map((time) => clock(time, increment < 60)),
  };
}

export function clock(time: number, withSeconds: boolean): string {
  const date = new Date(time * 1000);
  const parts = [date.getHours(), date.getMinutes(), ...(withSeconds ? [date.getSeconds()] : [])];
  return parts.map((part) => String(part).padStart(2, '0')).join(':');
}

/** Values of a unit; on a linear axis all in the scale of the largest. */
export function valueAxis(unit: Unit, perSecond: boolean, logarithmic: boolean): uPlot.Axis {
  return {
    ...look(),
    size: 76,
    ...(logarithmic && { splits: (_, __, low, high) => logSplits(low, high), filter: (_, splits) => splits }),
    values: (_, splits) => {
      if (logarithmic) return splits.map((value) => formatQuantity(value, unit, perSecond));
      const scale = scaleFor(Math.max(...splits.map(Math.abs)), unit, perSecond);
      return splits.map((value) => formatIn(scale, value));
    },
  };
}

/** Powers of ten, with 2 and 5 times them where there are few. */
function logSplits(low: number, high: number): number[] {
  const steps = Math.log10(high / low) < 2.5 ? [1, 2, 5] : [1];
  const found: number[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power++)
    for (const step of steps) found.push(step * 10 ** power);
  return found.filter((split) => split >= low * 0.999 && split <= high * 1.001);
}

function look(): uPlot.Axis {
  const line = cssColor('--grid');
  return {
    font,
    stroke: cssColor('--muted'),
    grid: { stroke: line, width: 1 },
    ticks: { stroke: line, width: 1, size: 5 },
  };
}
