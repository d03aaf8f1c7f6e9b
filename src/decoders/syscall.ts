import { signedDecimal } from './decimal.ts';
import type { Step } from './decoder.ts';
import { numberedNames } from './numbered-names.ts';
import { arm64, x86_64 } from './syscall-names.ts';

const tables: Partial<Record<NodeJS.Architecture, string>> = { x64: x86_64, arm64 };

/** The name of a system call, from its number on an architecture. */
export function syscall(architecture: NodeJS.Architecture): Step {
  let names: readonly (string | undefined)[] | undefined;
  return {
    takes: 'text',
    decode(text) {
      const number = signedDecimal('syscall', text);
      names ??= numberedNames(tables[architecture] ?? '');
      return names[Number(number)] ?? `unknown_syscall:${number}`;
    },
  };
}
