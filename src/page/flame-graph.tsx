import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { StackView } from '../live/live.ts';
import type { Unit } from '../units/unit-of.ts';
import { CopyButton } from './copy-button.tsx';
import { foldedText, frameTree, hottest, matchedShare, matches, placeFrames } from './flame.ts';
import { quantity } from './numbers.ts';
import type { ViewState } from './view-state.ts';

const rowHeight = 22;
/** Of the width: half a pixel on a phone. */
const narrowest = 0.0012;

type Props = {
  stacks: readonly StackView[];
  sum: ViewState['sum'];
  unit: Unit;
  perSecond: boolean;
  search: string;
  zoom: readonly string[];
  onZoom: (path: readonly string[]) => void;
};

/** Stacks, root on top; each frame as wide as its share. A click on one shows it alone. */
export function FlameGraph({
  stacks: views,
  sum,
  unit,
  perSecond,
  search,
  zoom,
  onZoom,
}: Props): JSX.Element {
  const stacks = useMemo(
    () => views.map(({ frames, value, total }) => ({ frames, value: sum === 'now' ? (value ?? 0) : total })),
    [views, sum],
  );
  const root = useMemo(() => frameTree(stacks), [stacks]);
  const placed = useMemo(() => placeFrames(root, zoom, narrowest), [root, zoom]);
  const depth = placed.reduce((most, frame) => Math.max(most, frame.depth), 0);
  const share = (total: number): string => `${((100 * total) / (root.total || 1)).toPrecision(3)} %`;
  if (root.total === 0) return <p class="empty">No stack was counted in the last reading.</p>;
  return (
    <>
      <p class="flame-bar" role="status">
        {search === ''
          ? `${quantity(root.total, unit, perSecond)} in ${stacks.length} stacks`
          : `“${search}” is in ${share(matchedShare(root, search) * root.total)} of it`}
        {zoom.length > 0 && (
          <button type="button" onClick={() => onZoom([])}>
            Show all
          </button>
        )}
        <CopyButton text={() => foldedText(stacks)} what="folded stacks" />
      </p>
      <section class="flame" aria-label="Flame graph" style={{ height: `${(depth + 1) * rowHeight}px` }}>
        {placed.map(({ frame, left, width, depth, path }) => {
          const description = `${frame.name}: ${quantity(frame.total, unit, perSecond)}, ${share(frame.total)}`;
          return (
            <button
              type="button"
              key={path.join(';')}
              class={matches(frame.name, search) ? 'match' : `tint-${tint(frame.name)}`}
              style={{ left: `${left * 100}%`, width: `${width * 100}%`, top: `${depth * rowHeight}px` }}
              title={description}
              aria-label={description}
              onClick={() => onZoom(path)}
            >
              {frame.name}
            </button>
          );
        })}
      </section>
      <Hottest root={root} unit={unit} perSecond={perSecond} />
    </>
  );
}

type HottestProps = { root: ReturnType<typeof frameTree>; unit: Unit; perSecond: boolean };

function Hottest({ root, unit, perSecond }: HottestProps): JSX.Element {
  return (
    <section aria-labelledby="hottest">
      <h2 id="hottest">Functions</h2>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th scope="col">Function</th>
              <th scope="col" class="number">
                Itself
              </th>
              <th scope="col" class="number">
                With callees
              </th>
            </tr>
          </thead>
          <tbody>
            {hottest(root, 15).map(({ name, self, total }) => (
              <tr key={name}>
                <th scope="row">
                  <code>{name}</code>
                </th>
                <td class="number">{quantity(self, unit, perSecond)}</td>
                <td class="number">{quantity(total, unit, perSecond)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

/** The same function has the same colour everywhere. */
function tint(name: string): number {
  let hash = 0;
  for (let at = 0; at < name.length; at++) hash = (hash * 31 + name.charCodeAt(at)) | 0;
  return Math.abs(hash) % 5;
}
