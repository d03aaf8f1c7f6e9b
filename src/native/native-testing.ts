import { ExporterError } from '../errors.ts';
import { type Native, openNative } from './library.ts';

type Parts = { [Table in 'bpf' | 'c']?: Partial<Native[Table]> } & Partial<Omit<Native, 'bpf' | 'c'>>;

/** A native layer for tests that has only the given functions; a call of any other throws with its name. */
export function fakeNative({ bpf = {}, c = {}, ...rest }: Parts): Native {
  return only('native', { ...rest, bpf: only('libbpf', bpf), c: only('libc', c) }) as Native;
}

function only<T extends object>(where: string, given: T): T {
  return new Proxy(given, {
    get(target, name) {
      if (name in target) return target[name as keyof T];
      return () => {
        throw new Error(`unexpected call of ${where} ${String(name)}`);
      };
    },
  });
}

/** Why tests of the real native layer are to be skipped here: libbpf is not installed. False when it is. */
export function libbpfMissing(): string | false {
  try {
    openNative().bpf.libbpf_major_version();
    return false;
  } catch (thrown) {
    if (thrown instanceof ExporterError) return thrown.message;
    throw thrown;
  }
}
