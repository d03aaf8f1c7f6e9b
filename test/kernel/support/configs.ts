import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { output } from './run.ts';
import { scratchDirectory } from './scratch.ts';

export const root = join(import.meta.dirname, '../../..');
export const examples = join(root, 'examples');

export const fixtures = join(import.meta.dirname, '../fixtures');
const objects = join(root, 'build/fixtures');
const targets: Record<string, { macro: string; triplet: string }> = {
  x64: { macro: '__TARGET_ARCH_x86', triplet: 'x86_64-linux-gnu' },
  arm64: { macro: '__TARGET_ARCH_arm64', triplet: 'aarch64-linux-gnu' },
};

export type ConfigSource = {
  /** Text of NAME.yaml; without it, that of fixtures/NAME.yaml. */
  readonly yaml?: string;
  /** The object is compiled from fixtures/FIXTURE.bpf.c; without it, from fixtures/NAME.bpf.c. */
  readonly fixture?: string;
  /** The object of an example instead. */
  readonly example?: string;
  /** Macros for it. */
  readonly defines?: Readonly<Record<string, string>>;
  /** Compiled without -g: the object has no BTF. */
  readonly bare?: true;
  /** The macros are not the same in another run: the object is not kept for one. */
  readonly once?: true;
};

/** A new config directory with NAME.yaml and NAME.bpf.o of every name. */
export async function makeConfigs(sources: Readonly<Record<string, ConfigSource>>): Promise<string> {
  const directory = scratchDirectory();
  await Promise.all(
    Object.entries(sources).map(async ([name, { yaml, fixture = name, example, ...how }]) => {
      writeFileSync(
        join(directory, `${name}.yaml`),
        yaml ??
          readFileSync(join(example === undefined ? fixtures : examples, `${example ?? name}.yaml`), 'utf8'),
      );
      const object =
        example === undefined
          ? await compileFixture(fixture, how.defines, how)
          : join(examples, `${example}.bpf.o`);
      copyFileSync(object, join(directory, `${name}.bpf.o`));
    }),
  );
  return directory;
}

const compiled = new Map<string, Promise<string>>();

/**
 * Compiles a fixture as the examples are compiled, once for each set of macros. The object's path: below build/, because
 * guests (test/vm) compile ten times slower and find there what the host compiled.
 */
export function compileFixture(
  name: string,
  defines: Readonly<Record<string, string>> = {},
  { once, bare }: Pick<ConfigSource, 'once' | 'bare'> = {},
): Promise<string> {
  const macros = Object.entries(defines).map(([macro, value]) => `-D${macro}=${value}`);
  const flags = [...(bare ? [] : ['-g']), ...macros];
  const key = [name, ...flags].join(' ');
  const known = compiled.get(key) ?? compile(name, flags, once ? scratchDirectory() : objects);
  compiled.set(key, known);
  return known;
}

async function compile(name: string, more: readonly string[], directory: string): Promise<string> {
  const { macro, triplet } = targets[process.arch]!;
  const target = ['-target', 'bpf', `-D${macro}`];
  // Debian has <asm/errno.h>, which bpf/usdt.bpf.h includes, in the last place.
  const includes = [`-I${examples}/include`, `-idirafter/usr/include/${triplet}`];
  const flags = ['-O2', ...target, ...includes, '-Wall', '-Werror', ...more];
  const source = join(fixtures, `${name}.bpf.c`);
  const object = join(directory, `${name}-${digest(flags, [source, ...headers()])}.bpf.o`);
  if (existsSync(object)) return object;
  mkdirSync(directory, { recursive: true });
  const fresh = join(scratchDirectory(directory), 'object');
  await output('clang', [...flags, '-c', source, '-o', fresh]);
  renameSync(fresh, object);
  return object;
}

function headers(): string[] {
  return [fixtures, join(examples, 'include')].flatMap((directory) =>
    readdirSync(directory)
      .filter((file) => file.endsWith('.h'))
      .map((file) => join(directory, file)),
  );
}

function digest(flags: readonly string[], files: readonly string[]): string {
  const hash = createHash('sha256').update(JSON.stringify(flags));
  for (const file of files) hash.update(readFileSync(file));
  return hash.digest('hex').slice(0, 16);
}
