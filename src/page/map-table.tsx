import type { JSX } from 'preact';
import type { MapInfo } from '../live/live.ts';
import { breakable } from './metric-table.tsx';
import { grouped } from './words.ts';

/** Maps, the fullest first; those that are meant to be full, as arrays always are, last. */
export function MapTable({ maps }: { maps: readonly MapInfo[] }): JSX.Element | null {
  if (maps.length === 0) return null;
  const ordered = maps.toSorted(
    (a, b) => Number(mayFill(a)) - Number(mayFill(b)) || fullness(b) - fullness(a),
  );
  return (
    <section class="maps" aria-labelledby="maps">
      <div class="bar">
        <h2 id="maps">Maps</h2>
        <span class="hint">entries of the last reading</span>
      </div>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th scope="col">Map</th>
              <th scope="col" class="number">
                Entries
              </th>
              <th scope="col" class="number">
                Room for
              </th>
              <th scope="col" class="number">
                Full
              </th>
            </tr>
          </thead>
          <tbody>
            {ordered.map((map) => (
              <Row key={`${map.config} ${map.name}`} map={map} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function mayFill({ lru, type }: MapInfo): boolean {
  return lru || type.endsWith('array');
}

function fullness({ entries, maxEntries }: MapInfo): number {
  return entries === undefined || maxEntries === 0 ? 0 : entries / maxEntries;
}

function Row({ map }: { map: MapInfo }): JSX.Element {
  const { config, name, type, entries, maxEntries, lru } = map;
  const full = fullness(map);
  const level = mayFill(map) ? 'calm' : full >= 0.95 ? 'error' : full >= 0.8 ? 'warning' : 'calm';
  return (
    <tr>
      <th scope="row">
        <span class="name" title={name}>
          {breakable(name)}
        </span>
        <span class="help">
          {config} · {type}
          {lru ? ', meant to fill' : ''}
        </span>
      </th>
      <td class="number">{entries === undefined ? '–' : grouped(entries)}</td>
      <td class="number">{grouped(maxEntries)}</td>
      <td class="number">
        <span class={`share ${level}`}>
          {entries === undefined ? '–' : `${full > 0 && full < 0.01 ? '<1' : Math.round(full * 100)} %`}
          <i style={{ width: `${Math.min(100, full * 100)}%` }} />
        </span>
      </td>
    </tr>
  );
}
