import type uPlot from 'uplot';
import type { HistogramView } from '../live/live.ts';
import type { Strip } from './heat-cells.ts';

type Cells = {
  readonly times: readonly number[];
  readonly counts: HistogramView['counts'];
  readonly first: number;
  readonly last: number;
  readonly most: number;
};

/** Paints each bucket of each reading, from the reading before to it. */
export function paintCells(
  plot: uPlot,
  cells: Cells,
  strips: readonly Strip[],
  colors: readonly string[],
): void {
  const { times, counts, first, last, most } = cells;
  if (times.length === 0 || most === 0) return;
  const { ctx, bbox } = plot;
  const y = strips.map(({ low, high }) => [
    Math.round(plot.valToPos(high, 'y', true)),
    Math.round(plot.valToPos(low, 'y', true)),
  ]);
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  let painted = Number.NEGATIVE_INFINITY;
  times.forEach((time, at) => {
    const row = counts[at];
    const right = Math.round(plot.valToPos(time, 'x', true));
    if (!row || right <= painted) return;
    const before = times[at - 1];
    const usual = usualStep(times, at);
    // After a pause the reading stands for the usual time before it only.
    const from = before === undefined || time - before > 3 * usual ? time - usual : before;
    const left = Math.max(painted, Math.round(plot.valToPos(from, 'x', true)));
    for (let bucket = first; bucket <= last; bucket++) {
      const count = row[bucket]!;
      if (!(count > 0)) continue;
      // The root: a few among many are seen.
      ctx.fillStyle = colors[Math.round(Math.sqrt(Math.min(1, count / most)) * (colors.length - 1))]!;
      const [top, bottom] = y[bucket]!;
      ctx.fillRect(left, top!, Math.max(1, right - left), Math.max(1, bottom! - top!));
    }
    painted = right;
  });
  ctx.restore();
}

/** The median of the distances around a point: those of the last minutes are short while somebody looks. */
function usualStep(times: readonly number[], at: number): number {
  const near = times.slice(Math.max(0, at - 3), at + 4);
  const steps = near.slice(1).map((time, index) => time - near[index]!);
  return steps.sort((a, b) => a - b)[steps.length >> 1] ?? 15;
}
