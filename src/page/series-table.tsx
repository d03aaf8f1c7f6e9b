import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { SeriesView } from '../live/live.ts';
import type { Unit } from '../units/unit-of.ts';
import type { LineStyle } from './line-styles.ts';
import { quantity } from './numbers.ts';
import { useStillOrder } from './still-order.ts';
import { oneLine, seriesName } from './words.ts';

type Props = {
  series: readonly SeriesView[];
  labels: readonly string[];
  styleOf: ((key: string) => LineStyle) | undefined;
  unit: Unit;
  perSecond: boolean;
  pins: readonly string[];
  onPin: (key: string) => void;
};

/** Label sets with what they are now; those that are pinned stay on top. */
export function SeriesTable({ series, labels, styleOf, unit, perSecond, pins, onPin }: Props): JSX.Element {
  const [held, setHeld] = useState(false);
  const ordered = useStillOrder(series, ({ key }) => key, held).toSorted(
    (a, b) => Number(pins.includes(b.key)) - Number(pins.includes(a.key)),
  );
  return (
    <div
      class="scroll"
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocusCapture={() => setHeld(true)}
      onBlurCapture={() => setHeld(false)}
    >
      <table class="series">
        <thead>
          <tr>
            {labels.length === 0 && <th scope="col">Series</th>}
            {labels.map((label) => (
              <th scope="col" key={label}>
                {label}
              </th>
            ))}
            <th scope="col" class="number">
              Now
            </th>
            <th scope="col" class="number roomy">
              Mean
            </th>
            <th scope="col" class="number roomy">
              Most
            </th>
            <th scope="col">
              <span class="off-screen">Pin</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {ordered.map(({ key, labels: values, values: points }) => {
            const pinned = pins.includes(key);
            const swatch = styleOf && <Swatch style={styleOf(key)} />;
            const known = points.filter((point) => point !== null);
            return (
              <tr key={key} class={pinned ? 'pinned' : ''}>
                {labels.length === 0 && <th scope="row">{swatch}all</th>}
                {labels.map((label, index) => (
                  <td key={label} class="label" title={values[label]}>
                    {index === 0 && swatch}
                    {oneLine(values[label] ?? '') || <em>empty</em>}
                  </td>
                ))}
                <td class="number now">{quantity(points.at(-1), unit, perSecond)}</td>
                <td class="number roomy">{quantity(mean(known), unit, perSecond)}</td>
                <td class="number roomy">{quantity(most(known), unit, perSecond)}</td>
                <td class="number">
                  {labels.length > 0 && (
                    <button
                      type="button"
                      class="pin"
                      aria-pressed={pinned}
                      aria-label={`Pin ${seriesName(values).slice(0, 80)}`}
                      onClick={() => onPin(key)}
                    >
                      {pinned ? 'Unpin' : 'Pin'}
                    </button>
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

/** A piece of the line. */
function Swatch({ style: { color, dash } }: { style: LineStyle }): JSX.Element {
  return (
    <svg class="swatch" width="18" height="10" aria-hidden="true">
      <line x1="0" y1="5" x2="18" y2="5" stroke={color} stroke-width="3" stroke-dasharray={dash.join(' ')} />
    </svg>
  );
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function most(values: readonly number[]): number | null {
  return values.length === 0
    ? null
    : values.reduce((top, value) => Math.max(top, value), Number.NEGATIVE_INFINITY);
}
