import type { ContainerField, DecoderSpec } from '../config/spec.ts';
import { unknownName } from '../kernel/changes.ts';
import type { Container, System } from '../kernel/system.ts';
import { type ContainerPath, parseContainerPath } from './container-path.ts';
import type { Step } from './decoder.ts';

const fromPath: Readonly<Partial<Record<ContainerField, (path: ContainerPath) => string>>> = {
  pod_uid: ({ podUid }) => podUid,
  container_id: ({ ids }) => ids[0] ?? '',
  qos: ({ qos }) => qos,
  runtime: ({ runtime }) => runtime,
};

/** What a path says of a container, or the node knows of it. Empty for a path that is not a container's. */
export function container({ field = 'container_id' }: DecoderSpec, { containers }: System): Step {
  const read = fromPath[field];
  if (read !== undefined) {
    return {
      takes: 'text',
      decode(path) {
        const parsed = parseContainerPath(path);
        return parsed === undefined ? '' : read(parsed);
      },
    };
  }
  return {
    takes: 'text',
    changing: containers,
    decode(path, answer) {
      const { ids } = parseContainerPath(path) ?? { ids: [] };
      for (const id of ids) {
        const found = containers.find(id);
        if (found !== undefined) return found[field as keyof Container];
      }
      if (ids.length > 0) answer.restsOn |= unknownName;
      return '';
    },
  };
}
