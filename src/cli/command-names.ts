import { byDistance } from '../config/nearest.ts';

/** What each command does, for `--help`. Its code is in `commands.ts`, which is loaded when one is named. */
export const commandNames = {
  check: 'say what is wrong with configs and objects, without root and without loading them',
  init: 'write the configuration that fits an object',
  watch: 'load configs and show their metrics in the terminal',
} as const;

export type CommandName = keyof typeof commandNames;

/** A command takes the arguments behind its name and returns the exit code. */
export type Command = (args: readonly string[]) => Promise<number>;

/** The end of the exporter's own help. */
export function commandHelp(): string {
  const lines = Object.entries(commandNames).map(([name, does]) => `  ${name.padEnd(8)}${does}`);
  return ['', 'Commands, each with flags of its own (ebpf_exporter COMMAND --help):', ...lines].join('\n');
}

export function isCommandName(word: string): word is CommandName {
  return Object.hasOwn(commandNames, word);
}

/** The answer to a first word that is no command. */
export function unknownCommand(word: string): string {
  const known = ['serve', ...Object.keys(commandNames)];
  const [first] = byDistance(word, known);
  return [
    `error: unknown command '${word}'`,
    `(Did you mean ${first}?)`,
    `usage: ebpf_exporter [COMMAND] [flags]; commands: ${known.join(', ')}; ebpf_exporter --help has the flags`,
    '',
  ].join('\n');
}
