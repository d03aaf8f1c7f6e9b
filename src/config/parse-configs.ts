import { accessSync, constants, existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ExporterError, messageOf } from '../errors.ts';
import { findSharedNames } from './metric-names.ts';
import { byDistance } from './nearest.ts';
import { type ParsedFile, parseFile } from './parse-file.ts';
import type { Problem } from './problem.ts';
import { readText } from './read-text.ts';
import type { Config } from './spec.ts';

export type ParsedConfigs = {
  /** In the order of their names; empty when there is any problem. */
  readonly configs: readonly Config[];
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
};

/**
 * Reads DIR/NAME.yaml for every name and checks them all, so that every problem is known at once; throws nothing.
 * Each also needs a readable DIR/NAME.bpf.o. Strict: an unknown key is a problem, not a warning.
 */
export function parseConfigs(
  dir: string,
  names: readonly string[],
  options: { strict: boolean },
): ParsedConfigs {
  const missing = checkDirectory(dir);
  if (missing !== undefined) return { configs: [], problems: [missing], warnings: [] };

  const named = [...new Set(names)].filter(isFileName);
  const objects = named.flatMap((name) => checkReadable(join(dir, `${name}.bpf.o`)));
  const read = named.map((name) => readConfig(dir, name, options));
  const files = read.filter((result): result is ParsedFile => 'tree' in result);
  const unreadable = read.filter((result): result is Problem => 'message' in result);
  const warnings = files.flatMap((file) => file.warnings);
  const problems = [
    ...checkNames(names),
    ...unreadable,
    ...objects,
    ...files.flatMap((file) => file.problems),
    ...findSharedNames(files),
  ];
  const configs = problems.length === 0 ? files.flatMap(({ config }) => config ?? []) : [];
  return { configs, problems, warnings };
}

function checkDirectory(dir: string): Problem | undefined {
  const needed = 'a directory with NAME.yaml and NAME.bpf.o is needed';
  try {
    return statSync(dir).isDirectory() ? undefined : { file: dir, message: `not a directory; ${needed}` };
  } catch (error) {
    return { file: dir, message: `${reason(error)}; ${needed}` };
  }
}

function isFileName(name: string): boolean {
  return name !== '' && !name.includes('/') && !/\.(ya?ml|bpf\.[co]|o)$/.test(name);
}

function checkNames(names: readonly string[]): Problem[] {
  const file = '--config.names';
  const problem = (message: string): Problem => ({ file, message });
  if (names.length === 0) return [problem('no names; one or more are needed')];
  return names.flatMap((name, i) => {
    if (name === '') return [problem('an empty name; names separated by single commas are needed')];
    const ending = /\.(ya?ml|bpf\.[co]|o)$/.exec(name)?.[0];
    if (ending !== undefined) {
      return [
        problem(`name "${name}": names come without ${ending}; "${name.slice(0, -ending.length)}" is needed`),
      ];
    }
    if (name.includes('/'))
      return [problem(`name "${name}" has a slash; the name of a file in --config.dir is needed`)];
    // The second time only: a name given three times is one mistake.
    const times = names.slice(0, i + 1).filter((other) => other === name).length;
    return times === 2 ? [problem(`name "${name}" is given twice; once is needed`)] : [];
  });
}

/** Why a file of a BPF program cannot be read; empty when it can. */
export function checkReadable(file: string): Problem[] {
  try {
    accessSync(file, constants.R_OK);
    return statSync(file).isFile()
      ? []
      : [{ file, message: 'not a file; the compiled BPF program is needed' }];
  } catch (error) {
    // Not for a name that is misspelled.
    const compile =
      isMissing(error) && existsSync(file.replace(/bpf\.o$/, 'yaml')) ? `: ${compileCommand(file)}` : '';
    return [{ file, message: `${reason(error)}; the compiled BPF program is needed${compile}` }];
  }
}

function compileCommand(object: string): string {
  const source = object.replace(/o$/, 'c');
  const target = `-D__TARGET_ARCH_${process.arch === 'arm64' ? 'arm64' : 'x86'}`;
  return `clang -g -O2 -target bpf ${target} -Iexamples/include -c ${shellQuoted(source)} -o ${shellQuoted(object)}`;
}

function shellQuoted(text: string): string {
  return /^[\w./:@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** Reads and checks one file; what it shares with others, or lacks beside it, is not looked at. */
export function readConfig(dir: string, name: string, options: { strict: boolean }): ParsedFile | Problem {
  const file = join(dir, `${name}.yaml`);
  let text: string;
  try {
    text = readText(file);
  } catch (error) {
    if (error instanceof ExporterError) return { file, message: error.message };
    const help = isMissing(error) ? nearestConfigs(dir, name) : 'a readable file is needed';
    return { file, message: `${reason(error)}; ${help}` };
  }
  return parseFile(name, file, text, options);
}

function nearestConfigs(dir: string, name: string): string {
  const entries = entriesOf(dir);
  if (entries.includes(`${name}.yml`)) return `${name}.yml is there; the ending .yaml is needed`;
  const existing = entries
    .filter((entry) => entry.endsWith('.yaml'))
    .map((entry) => entry.slice(0, -'.yaml'.length))
    .sort();
  if (existing.length === 0) return `no configuration is known in ${dir}`;
  return `nearest names in ${dir}: ${byDistance(name, existing).slice(0, 3).join(', ')}`;
}

/** None for a directory that may be entered but not listed. */
function entriesOf(dir: string): string[] {
  try {
    return readdirSync(dir);
  } catch {
    return [];
  }
}

function reason(error: unknown): string {
  return isMissing(error) ? 'no such file or directory' : messageOf(error);
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
