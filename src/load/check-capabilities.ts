import { join } from 'node:path';
import { capabilitiesToLoad, missingFrom } from '../bpf/needed-capabilities.ts';
import { OpenedObject } from '../bpf/object.ts';
import type { Config } from '../config/spec.ts';
import { ExporterError } from '../errors.ts';
import { heldCapabilities } from '../process/privileges.ts';
import type { LoadOptions } from './load-config.ts';
import type { Loader } from './loader.ts';

const all = ['CAP_BPF', 'CAP_PERFMON', 'CAP_NET_ADMIN'] as const;

/** Throws `privileges` when the objects of these configs cannot be loaded with what is left to this process. */
export function checkCapabilities(
  loader: Loader,
  configs: readonly Config[],
  { directory, btfPath }: Pick<LoadOptions, 'directory' | 'btfPath'>,
  effective: bigint = heldCapabilities().effective,
): void {
  if (missingFrom(effective, all).length === 0) return;
  const needed = new Set(
    configs.flatMap(({ name }) => {
      const types = typesOf(loader, join(directory, `${name}.bpf.o`), btfPath);
      return types === undefined ? [] : missingFrom(effective, capabilitiesToLoad(types));
    }),
  );
  if (needed.size === 0) return;
  const names = [...needed].map((name) => name.toLowerCase());
  throw new ExporterError(
    'privileges',
    `${configs.map(({ name }) => `"${name}"`).join(', ')} would have to be loaded anew, which takes ${names.join(', ')}, and these were given up; nothing was changed. Restart the exporter, or keep them: --capabilities.keep=${names.join(',')}`,
  );
}

/** Undefined for an object that cannot be opened, as loading it says. */
function typesOf(loader: Loader, path: string, btfPath: string | undefined): readonly number[] | undefined {
  try {
    const opened = OpenedObject.open(loader.context, path, btfPath);
    const types = opened.programTypes;
    opened.close();
    return types;
  } catch (thrown) {
    if (thrown instanceof ExporterError) return undefined;
    throw thrown;
  }
}
