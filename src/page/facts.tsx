import type { ComponentChildren, JSX } from 'preact';
import type { Status } from '../live/live.ts';
import { utc } from './words.ts';

/** What runs where, and with which rights. */
export function Facts({ status }: { status: Status }): JSX.Element {
  const { build, host, startedAt, privileges, configs, lastScrape } = status;
  return (
    <section class="facts" aria-labelledby="facts">
      <h2 id="facts">Exporter</h2>
      <dl>
        <Fact name="Build">
          {build.version}, Node.js {build.node.replace(/^v/, '')}
          {build.libbpf !== undefined && `, libbpf ${build.libbpf.replace(/^v/, '')}`}
        </Fact>
        <Fact name="Host">{host.name}</Fact>
        <Fact name="Kernel">
          {host.kernel}, {host.architecture}
        </Fact>
        <Fact name="Started">{utc(startedAt)}</Fact>
        {lastScrape !== undefined && (
          <Fact name="Last scrape">
            {utc(lastScrape.time)}, by {lastScrape.client}
          </Fact>
        )}
        <Fact name="Configs">
          {configs.length === 0 && 'none'}
          {configs.map(({ name, loaded }, index) => (
            <span key={name}>
              {index > 0 && ', '}
              {loaded ? name : <span class="bad">{name} (not loaded)</span>}
            </span>
          ))}
        </Fact>
        <Fact name="User">{privileges.user}</Fact>
        <Fact name="Capabilities">{capabilities(privileges.capabilities)}</Fact>
        <Fact name="Confined">
          {[
            privileges.noNewPrivileges ? 'no new privileges' : 'may gain privileges',
            privileges.systemCallFilter ? 'system call filter' : 'no system call filter',
          ].join(', ')}
        </Fact>
      </dl>
    </section>
  );
}

function Fact({ name, children }: { name: string; children: ComponentChildren }): JSX.Element {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** Forty names would say less than their number. */
function capabilities(names: readonly string[]): JSX.Element | string {
  if (names.length === 0) return 'none';
  const list = names.map((name) => name.toLowerCase()).join(', ');
  if (names.length <= 6) return list;
  return (
    <details>
      <summary>{names.length} of them</summary>
      {list}
    </details>
  );
}
