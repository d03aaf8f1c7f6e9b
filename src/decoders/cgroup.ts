import type { DecoderSpec } from '../config/spec.ts';
import { nameBit, unknownName } from '../kernel/changes.ts';
import type { System } from '../kernel/system.ts';
import { unsignedDecimal } from './decimal.ts';
import type { Step } from './decoder.ts';

/** The path of a cgroup, from its id. */
export function cgroup({ hierarchy, mergeUnknown }: DecoderSpec, { cgroups }: System): Step {
  const names = cgroups.hierarchy(hierarchy);
  return {
    takes: 'text',
    changing: names,
    decode(text, answer) {
      const id = unsignedDecimal('cgroup', text);
      const path = names.path(id);
      answer.restsOn |= path === undefined ? unknownName : nameBit(Number(id % 31n));
      return path ?? (mergeUnknown ? 'unknown_cgroup_id' : `unknown_cgroup_id:${id}`);
    },
  };
}
