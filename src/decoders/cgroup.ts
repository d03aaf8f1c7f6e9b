import type { DecoderSpec } from '../config/spec.ts';
import { unknownName } from '../kernel/changes.ts';
import type { System } from '../kernel/system.ts';
import { unsignedDecimal } from './decimal.ts';
import type { Step } from './decoder.ts';

/** The path of a cgroup, from its id. */
export function cgroup(_spec: DecoderSpec, { cgroups }: System): Step {
  return {
    takes: 'text',
    changing: cgroups,
    decode(text, answer) {
      const id = unsignedDecimal('cgroup', text);
      const path = cgroups.path(id);
      if (path === undefined) answer.restsOn |= unknownName;
      return path ?? `unknown_cgroup_id:${id}`;
    },
  };
}
