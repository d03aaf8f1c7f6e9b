import { arch, hostname, release } from 'node:os';
import { isLruMap, mapTypeName } from '../bpf/map-types.ts';
import { readMaps } from '../serve/map-families.ts';
import type { DecoderErrors, MapInfo, ProgramInfo, Status } from './live.ts';
import type { LiveSource } from './live-source.ts';
import { privilegesLeft } from './privileges-left.ts';
import { problemsOf } from './problems.ts';
import type { ProgramRuns } from './program-runs.ts';
import { rounded } from './timeline.ts';

const turnOn = 'sysctl -w kernel.bpf_stats_enabled=1';

/** What runs here and how it is. */
export function statusOf(source: LiveSource, runs: ProgramRuns): Status {
  const { exporter, startedAtMs, version } = source;
  const { attached, configs } = exporter;
  const lastScrape = source.lastScrape();
  const status = {
    build: { version, node: process.version, libbpf: attached.libbpfVersion },
    host: { name: hostname(), kernel: release(), architecture: arch() },
    startedAt: startedAtMs / 1000,
    privileges: privilegesLeft(),
    ...(lastScrape === undefined ? {} : { lastScrape }),
    configs: [
      ...configs.map(({ loaded }) => ({ name: loaded.config.name, loaded: true })),
      ...attached.failed.map(({ name, reason }) => ({ name, loaded: false, error: reason })),
    ],
    statistics: { enabled: runs.enabled, command: turnOn },
    programs: programsOf(source, runs),
    maps: configs.flatMap(readMaps).map(
      ({ config, name, type, maxEntries, entries }): MapInfo => ({
        config,
        name,
        type: mapTypeName(type),
        maxEntries,
        ...(entries === undefined ? {} : { entries }),
        lru: isLruMap(type),
      }),
    ),
    streams: configs.flatMap(({ loaded, events }) =>
      events.map((stream) => ({ config: loaded.config.name, map: stream.map, lost: stream.lost() })),
    ),
    decoderErrors: configs
      .map(({ loaded, errors }): DecoderErrors => {
        const count = errors.undecoded;
        return { config: loaded.config.name, count, ...errors.lastUndecoded };
      })
      .filter(({ count, keyHex }) => count > 0 || keyHex !== undefined),
    ...spansOf(source),
  };
  return { ...status, problems: problemsOf(status, configs) };
}

/** Those that take most of a CPU first. */
function programsOf({ exporter }: LiveSource, runs: ProgramRuns): ProgramInfo[] {
  const found = exporter.configs.flatMap(({ loaded }) =>
    loaded.programs.map(({ name, section, id, reason }): ProgramInfo => {
      const cost = id === undefined ? undefined : runs.of(id);
      const secondsPerRun = cost?.secondsPerRun;
      return {
        config: loaded.config.name,
        name,
        section,
        ...(id === undefined ? {} : { id }),
        attached: reason === undefined,
        ...(reason === undefined ? {} : { reason }),
        ...(cost === undefined
          ? {}
          : {
              runsPerSecond: rounded(cost.runsPerSecond) ?? 0,
              ...(secondsPerRun === undefined ? {} : { secondsPerRun: rounded(secondsPerRun) ?? 0 }),
              cpuShare: rounded(cost.cpuShare) ?? 0,
            }),
      };
    }),
  );
  return found.sort((a, b) => (b.cpuShare ?? 0) - (a.cpuShare ?? 0));
}

function spansOf({ exporter, ...source }: LiveSource): Pick<Status, 'spans'> {
  const tracing = source.tracing();
  const sinks = exporter.configs.flatMap(({ spans }) => spans);
  if (tracing === undefined || sinks.length === 0) return {};
  const { dropped, queueLength } = tracing.counts;
  const lost = Object.values(dropped).reduce((sum, count) => sum + count, 0);
  const made = sinks.reduce((sum, { spans }) => sum + spans, 0);
  // What is dropped while the queue is full was never made.
  const sent = Math.max(0, made - queueLength - lost + dropped.queue_full);
  return { spans: { sent, dropped } };
}
