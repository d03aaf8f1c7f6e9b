import type { JSX } from 'preact';

const width = 120;
const height = 24;

/** Values over time as a small line from zero up; gaps where nobody read. Says nothing to those who hear the page. */
export function Sparkline({ values }: { values: readonly (number | null)[] }): JSX.Element {
  return (
    <svg class="spark" viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" aria-hidden="true">
      {areas(values).map(({ line, area }) => (
        <>
          <path class="area" d={area} />
          <path class="line" d={line} />
        </>
      ))}
    </svg>
  );
}

function areas(values: readonly (number | null)[]): { line: string; area: string }[] {
  const known = values.filter((value) => value !== null);
  const top = Math.max(...known, 0);
  const bottom = Math.min(...known, 0);
  const x = (index: number): string => ((index / Math.max(values.length - 1, 1)) * width).toFixed(1);
  const y = (value: number): string =>
    (height - 1.5 - ((value - bottom) / (top - bottom || 1)) * (height - 3)).toFixed(1);
  return runs(values).map(({ from, run }) => {
    // A reading alone is a point.
    const points = run.map((value, index) => `${x(from + index)} ${y(value)}`);
    const line = `M${points.length === 1 ? `${points[0]}h1` : points.join('L')}`;
    return { line, area: `${line}L${x(from + run.length - 1)} ${y(0)}L${x(from)} ${y(0)}Z` };
  });
}

/** Values without gaps between them. */
function runs(values: readonly (number | null)[]): { from: number; run: number[] }[] {
  const found: { from: number; run: number[] }[] = [];
  values.forEach((value, index) => {
    if (value === null) return;
    const last = found.at(-1);
    if (last !== undefined && last.from + last.run.length === index) last.run.push(value);
    else found.push({ from: index, run: [value] });
  });
  return found;
}
