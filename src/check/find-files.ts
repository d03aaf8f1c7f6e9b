import { basename, dirname, join } from 'node:path';
import type { Problem } from '../config/problem.ts';

/** What is to be checked: a config's two files, or an object without a config. */
export type Files = {
  readonly directory: string;
  readonly name: string;
  readonly yaml: string | undefined;
  readonly object: string;
};

/**
 * The files of one argument of `check`: a path to a YAML file or to an object, or the name of a config in the directory.
 * Nothing is read.
 */
export function findFiles(argument: string, configDir: string | undefined): Files | Problem {
  const ending = /(\.ya?ml|\.bpf\.o|\.o)$/.exec(argument)?.[0];
  if (ending !== undefined) {
    const directory = dirname(argument);
    const name = basename(argument, ending);
    const isObject = ending.endsWith('o');
    return {
      directory,
      name,
      yaml: isObject ? undefined : argument,
      object: isObject ? argument : join(directory, `${name}.bpf.o`),
    };
  }
  if (argument.endsWith('.c')) {
    return {
      file: argument,
      message: `source code is not looked at; ${basename(argument, 'c')}o, compiled from it, is`,
    };
  }
  if (argument === '' || argument.includes('/')) {
    return {
      file: argument || "''",
      message: 'neither a YAML file nor an object; NAME.yaml or NAME.bpf.o is needed',
    };
  }
  if (configDir === undefined) {
    return {
      file: argument,
      message: 'the name of a config needs --config.dir; without it a path to NAME.yaml or NAME.bpf.o does',
    };
  }
  return {
    directory: configDir,
    name: argument,
    yaml: join(configDir, `${argument}.yaml`),
    object: join(configDir, `${argument}.bpf.o`),
  };
}
