import type { DeclaredMap } from '../bpf/declared-maps.ts';
import { isIterable, mapTypeName, mapTypes } from '../bpf/map-types.ts';
import { helpers, type MapUses } from './map-uses.ts';

/** What a map is for: to be shown, or for the programs themselves. */
export type Role =
  | { readonly is: 'entries' | 'records' | 'cgroup_ids' | 'library' }
  | { readonly is: 'internal'; readonly why: string };

/** Words that maps have in their names which programs keep notes in; not those that are named as metrics. */
const notes =
  /(^|_)(start|starts|begin|since|ts|timestamps?|enter|scratch|tmp|temp|heap|buf|buffer|pending|args|ctx|context|config|settings|params|filter|allowlist|denylist)(_|$)/i;
const metric = /_(total|seconds|bytes|ratio|count)$/;

export function roleOf(map: DeclaredMap, uses: MapUses | undefined): Role {
  const { name, type } = map;
  if (name.startsWith('__bpf_usdt_')) return { is: 'library' };
  if (type === mapTypes.ringbuf || type === mapTypes.perf_event_array) return { is: 'records' };
  const fillsFromOutside = uses !== undefined && onlyReads(uses) && /cgroup|cgrp/i.test(name);
  if (fillsFromOutside && map.valueSize === 8 && takesCgroups(map)) return { is: 'cgroup_ids' };
  if (!isIterable(type)) {
    return { is: 'internal', why: `a map of type ${mapTypeName(type)} has no keys to read` };
  }
  if (uses?.helpers.has(helpers.delete)) {
    return { is: 'internal', why: 'programs delete entries from it, as they do with notes of their own' };
  }
  const isArray = type === mapTypes.array || type === mapTypes.percpu_array;
  if (!isArray && uses !== undefined && onlyReads(uses)) {
    return { is: 'internal', why: 'programs only read it: something else fills it' };
  }
  if (notes.test(name) && !metric.test(name))
    return { is: 'internal', why: 'it is named as what programs note for themselves' };
  return { is: 'entries' };
}

function takesCgroups({ type, keySize }: DeclaredMap): boolean {
  return type === mapTypes.cgrp_storage || keySize === 8;
}

/** Helper 210 is bpf_cgrp_storage_get. */
function onlyReads(uses: MapUses): boolean {
  return [...uses.helpers].every((helper) => helper === helpers.lookup || helper === 210);
}
