import type { JSX } from 'preact';
import type { ProgramInfo, Status } from '../live/live.ts';
import { count } from '../units/unit-of.ts';
import { Code } from './copy-button.tsx';
import { breakable } from './metric-table.tsx';
import { cpuShare, quantity, seconds } from './numbers.ts';

type Props = { programs: readonly ProgramInfo[]; statistics: Status['statistics'] };

/** Programs, those that take most of a CPU first, those that are not attached last: the problems have them. */
export function ProgramTable({ programs, statistics }: Props): JSX.Element {
  const most = Math.max(...programs.map(({ cpuShare }) => cpuShare ?? 0), 0.001);
  const ordered = programs.toSorted(
    (a, b) => Number(b.attached) - Number(a.attached) || (b.cpuShare ?? 0) - (a.cpuShare ?? 0),
  );
  return (
    <section class="programs" aria-labelledby="programs">
      <div class="bar">
        <h2 id="programs">Programs</h2>
        <span class="hint">share of one CPU</span>
      </div>
      {!statistics.enabled && programs.length > 0 && (
        <div class="note">
          The kernel keeps no statistics of programs. This turns them on, at some 20 ns a run:
          <Code text={statistics.command} what="command that turns statistics on" />
        </div>
      )}
      {programs.length === 0 ? (
        <p class="empty">No program runs: no config is loaded.</p>
      ) : (
        <div class="scroll">
          <table>
            <thead>
              <tr>
                <th scope="col">Program</th>
                <th scope="col" class="number">
                  Runs
                </th>
                <th scope="col" class="number">
                  A run
                </th>
                <th scope="col" class="number">
                  CPU
                </th>
              </tr>
            </thead>
            <tbody>
              {ordered.map((program) => (
                <Row key={`${program.config} ${program.name} ${program.id}`} program={program} most={most} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function Row({ program, most }: { program: ProgramInfo; most: number }): JSX.Element {
  const { config, name, section, attached, reason, runsPerSecond, secondsPerRun, cpuShare: share } = program;
  const what = (
    <th scope="row">
      <span class="name" title={`${name}, in config ${config}`}>
        {breakable(name)}
      </span>
      <span class="help" title={section}>
        {config} · {section}
      </span>
    </th>
  );
  if (!attached) {
    return (
      <tr class="not-attached">
        {what}
        <td colSpan={3}>
          <span class="bad">not attached</span>
          {reason !== undefined && (
            <span class="help" title={reason}>
              {reason}
            </span>
          )}
        </td>
      </tr>
    );
  }
  return (
    <tr>
      {what}
      <td class="number">{quantity(runsPerSecond, count, true)}</td>
      <td class="number">{seconds(secondsPerRun)}</td>
      <td class="number">
        <span class="share">
          {cpuShare(share)}
          <i style={{ width: `${(100 * (share ?? 0)) / most}%` }} />
        </span>
      </td>
    </tr>
  );
}
