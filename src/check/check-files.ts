import { checkObjectFile } from '../bpf/object-check.ts';
import { checkReadable, readConfig } from '../config/parse-configs.ts';
import type { Problem } from '../config/problem.ts';
import { ExporterError } from '../errors.ts';
import { type HeldConfig, holdConfig } from './check-config.ts';
import { objectProblems } from './check-object.ts';
import type { Files } from './find-files.ts';
import type { Kernel } from './kernel.ts';
import { type ObjectFile, readObjectFile } from './object-file.ts';
import { objectMaps } from './object-maps.ts';

/** What is wrong with a config or an object, and what is only suspicious. */
export type Checked = {
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
  /** Undefined when the object cannot be read. */
  readonly object: ObjectFile | undefined;
  readonly layouts: HeldConfig['layouts'];
};

/** Everything that can be said of the files without loading them. */
export function checkFiles({ directory, name, yaml, object: path }: Files, kernel: Kernel): Checked {
  const read = yaml === undefined ? undefined : readConfig(directory, name, { strict: true });
  const unreadable = read !== undefined && 'message' in read ? [read] : [];
  const file = read !== undefined && 'tree' in read ? read : undefined;
  const fileProblems = [...unreadable, ...(file?.problems ?? [])];
  const warnings = file?.warnings ?? [];
  const object = openObject(path);
  if (!('programs' in object)) {
    return { problems: [...fileProblems, ...object], warnings, object: undefined, layouts: [] };
  }
  const maps = objectMaps(object);
  const config = file?.config;
  const held = config && holdConfig({ config, file }, object, maps, kernel);
  return {
    problems: [...fileProblems, ...(held?.problems ?? []), ...objectProblems(object, maps, kernel, config)],
    warnings,
    object,
    layouts: held?.layouts ?? [],
  };
}

function openObject(path: string): ObjectFile | readonly Problem[] {
  const unreadable = checkReadable(path);
  if (unreadable.length > 0) return unreadable;
  try {
    checkObjectFile(path);
    return readObjectFile(path);
  } catch (thrown) {
    if (!(thrown instanceof ExporterError)) throw thrown;
    return [{ file: path, message: thrown.message.replace(`Cannot open ${path}: `, '') }];
  }
}
