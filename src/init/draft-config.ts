import { readDeclarations } from '../bpf/declared-maps.ts';
import type { ElfFile } from '../bpf/elf-file.ts';
import { mapTypes } from '../bpf/map-types.ts';
import type { Draft, DraftMetric, DraftSpan } from './draft.ts';
import { guessGlobals, knobs, wantedAddresses } from './guess-globals.ts';
import { guessMetrics } from './guess-metrics.ts';
import { guessRecords } from './guess-records.ts';
import { roleOf } from './guess-role.ts';
import { mapUses } from './map-uses.ts';

/** What a sound object (`checkObject`) called `object` can be asked for, with what was guessed. Undefined: it has no BTF. */
export function draftConfig(object: string, file: ElfFile): Draft | undefined {
  const { maps, types } = readDeclarations(file);
  if (types === undefined) return undefined;
  const uses = mapUses(file);
  const structs = [...types.structs()];
  const metrics: DraftMetric[] = [];
  const spans: DraftSpan[] = [];
  const left: { name: string; why: string }[] = [];
  let cgroupIdMap: Draft['cgroupIdMap'];
  for (const map of maps.filter(({ name }) => !name.startsWith('.'))) {
    const of = { object, map, uses: uses.get(map.name) };
    const role = roleOf(map, of.uses);
    if (role.is === 'library') continue;
    if (role.is === 'cgroup_ids') {
      const type = map.type === mapTypes.cgrp_storage ? 'cgrp_storage' : 'hash';
      cgroupIdMap ??= { name: map.name, type };
    } else if (role.is === 'internal') left.push({ name: map.name, why: role.why });
    else {
      const found = role.is === 'records' ? guessRecords(of, structs) : guessMetrics(of);
      if (typeof found === 'string') left.push({ name: map.name, why: found });
      else if ('span' in found) spans.push(found.span);
      else metrics.push(...('metric' in found ? [found.metric] : found));
    }
  }
  metrics.push(...guessGlobals(object, maps));
  return {
    metrics: withUniqueNames(metrics),
    spans,
    kaddrs: wantedAddresses(maps),
    cgroupIdMap,
    variables: knobs(maps),
    left,
  };
}

function withUniqueNames(metrics: readonly DraftMetric[]): DraftMetric[] {
  const seen = new Map<string, number>();
  return metrics.map((metric) => {
    const before = seen.get(metric.name) ?? 0;
    seen.set(metric.name, before + 1);
    return before === 0 ? metric : { ...metric, name: `${metric.name}_${before + 1}` };
  });
}
