import { checkObjectFile } from '../bpf/object-check.ts';
import { checkReadable, readConfig } from '../config/parse-configs.ts';
import type { Problem } from '../config/problem.ts';
import { ExporterError } from '../errors.ts';
import type { Files } from './find-files.ts';

/** What is wrong with a config or an object, and what is only suspicious. */
export type Checked = { readonly problems: readonly Problem[]; readonly warnings: readonly Problem[] };

/** Everything that can be said of the files without loading them. */
export function checkFiles({ directory, name, yaml, object }: Files): Checked {
  const file = yaml === undefined ? undefined : readConfig(directory, name, { strict: true });
  const unreadable = file !== undefined && 'message' in file ? [file] : [];
  const parsed = file !== undefined && 'tree' in file ? file : undefined;
  return {
    problems: [...unreadable, ...(parsed?.problems ?? []), ...checkObject(object)],
    warnings: parsed?.warnings ?? [],
  };
}

function checkObject(object: string): readonly Problem[] {
  const unreadable = checkReadable(object);
  if (unreadable.length > 0) return unreadable;
  try {
    checkObjectFile(object);
    return [];
  } catch (thrown) {
    if (!(thrown instanceof ExporterError)) throw thrown;
    return [{ file: object, message: thrown.message.replace(`Cannot open ${object}: `, '') }];
  }
}
