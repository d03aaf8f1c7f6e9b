import type { JSX } from 'preact';
import type { Live } from '../live/live.ts';
import { Facts } from './facts.tsx';
import { Faults } from './faults.tsx';
import { MapTable } from './map-table.tsx';
import { MetricTable } from './metric-table.tsx';
import { Problems } from './problems.tsx';
import { ProgramTable } from './program-table.tsx';
import { Tiles } from './tiles.tsx';
import type { ViewState } from './view-state.ts';

type Props = { live: Live; view: ViewState; onSearch: (text: string) => void };

/** Problems, then what moves and what it costs, then the rest. */
export function Overview({ live, view, onSearch }: Props): JSX.Element {
  const { status, metrics } = live;
  return (
    <>
      <h1 class="off-screen">Overview of {status.host.name}</h1>
      <Problems problems={status.problems} />
      <Tiles status={status} now={live.time} />
      <div class="columns">
        <div class="main-column">
          <MetricTable metrics={metrics} view={view} onSearch={onSearch} />
          <MapTable maps={status.maps} />
        </div>
        <div class="side-column">
          <ProgramTable programs={status.programs} statistics={status.statistics} />
          <Faults status={status} />
          <Facts status={status} />
        </div>
      </div>
    </>
  );
}
