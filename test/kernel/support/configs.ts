import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { output } from './run.ts';
import { scratchDirectory } from './scratch.ts';

export const root = join(import.meta.dirname, '../../..');
export const examples = join(root, 'examples');

export const fixtures = join(import.meta.dirname, '../fixtures');
const targets: Record<string, { macro: string; triplet: string }> = {
  x64: { macro: '__TARGET_ARCH_x86', triplet: 'x86_64-linux-gnu' },
  arm64: { macro: '__TARGET_ARCH_arm64', triplet: 'aarch64-linux-gnu' },
};

export type ConfigSource = {
  /** Text of NAME.yaml; without it, that of fixtures/NAME.yaml. */
  readonly yaml?: string;
  /** The object is compiled from fixtures/FIXTURE.bpf.c; without it, from fixtures/NAME.bpf.c. */
  readonly fixture?: string;
  /** Macros for it. */
  readonly defines?: Readonly<Record<string, string>>;
};

/** A new config directory with NAME.yaml and NAME.bpf.o of every name. */
export async function makeConfigs(sources: Readonly<Record<string, ConfigSource>>): Promise<string> {
  const directory = scratchDirectory();
  await Promise.all(
    Object.entries(sources).map(async ([name, { yaml, fixture = name, defines = {} }]) => {
      writeFileSync(
        join(directory, `${name}.yaml`),
        yaml ?? readFileSync(join(fixtures, `${name}.yaml`), 'utf8'),
      );
      copyFileSync(await compileFixture(fixture, defines), join(directory, `${name}.bpf.o`));
    }),
  );
  return directory;
}

const compiled = new Map<string, Promise<string>>();

/** Compiles a fixture as the examples are compiled, once for each set of macros. The object's path. */
export function compileFixture(
  name: string,
  defines: Readonly<Record<string, string>> = {},
): Promise<string> {
  const macros = Object.entries(defines).map(([macro, value]) => `-D${macro}=${value}`);
  const key = [name, ...macros].join(' ');
  const known = compiled.get(key) ?? compile(name, macros);
  compiled.set(key, known);
  return known;
}

async function compile(name: string, macros: readonly string[]): Promise<string> {
  const object = join(scratchDirectory(), `${name}.bpf.o`);
  const { macro, triplet } = targets[process.arch]!;
  const target = ['-target', 'bpf', `-D${macro}`];
  // Debian has <asm/errno.h>, which bpf/usdt.bpf.h includes, in the last place.
  const includes = [`-I${examples}/include`, `-idirafter/usr/include/${triplet}`];
  const flags = ['-g', '-O2', ...target, ...includes, '-Wall', '-Werror', ...macros];
  await output('clang', [...flags, '-c', join(fixtures, `${name}.bpf.c`), '-o', object]);
  return object;
}
