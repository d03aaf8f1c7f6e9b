import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { type FlagDefinition, type Flags, flagDefinitions, flagsOf, InvalidValue } from '../flags.ts';

/** What to do: run with flags, or leave with an exit code (help, version and usage errors are already printed). */
export type CommandLine = { readonly flags: Flags } | { readonly exitCode: number };

/** Reads the arguments behind the program's name. An unknown flag or a missing required one prints the usage. */
export function parseCommandLine(args: readonly string[], version: string, moreHelp = ''): CommandLine {
  const command = defineFlags(version).addHelpText('after', moreHelp);
  try {
    const misuse = misuseOf(command, args);
    if (misuse !== undefined) command.error(`error: ${misuse}`);
    command.parse(args, { from: 'user' });
    const given = givenFlags(command);
    // Checked here and not by commander, which would complain of a flag that is missing before one that is misspelled.
    for (const flag of flagDefinitions) {
      if (flag.default === undefined && !given.has(flag.name)) {
        command.error(`error: required flag --${flag.name} is missing`);
      }
    }
    return { flags: flagsOf(given) };
  } catch (thrown) {
    if (thrown instanceof CommanderError) return { exitCode: thrown.exitCode };
    throw thrown;
  }
}

function givenFlags(command: Command): Map<string, string | boolean> {
  const given = new Map<string, string | boolean>();
  for (const option of command.options) {
    const name = option.attributeName();
    const flag = flagDefinitions.find((flag) => `--${flag.name}` === option.long);
    if (flag !== undefined && command.getOptionValueSource(name) === 'cli') {
      given.set(flag.name, command.getOptionValue(name));
    }
  }
  return given;
}

/** What commander lets pass: a flag that is given twice, and one whose value is forgotten, so that it takes the next flag. */
function misuseOf(command: Command, args: readonly string[]): string | undefined {
  const seen = new Set<string>();
  for (let at = 0; at < args.length && args[at] !== '--'; at++) {
    const [name = '', value] = args[at]!.split(/=(.*)/s);
    const option = command.options.find(({ long }) => long === name);
    if (option === undefined) continue;
    const flag = option.long!.replace(/^--no-/, '--');
    if (seen.has(flag)) return `flag ${flag} is given twice; once is needed`;
    seen.add(flag);
    if (!option.required || value !== undefined) continue;
    const next = args[++at];
    if (next?.startsWith('--')) return `flag ${name} has no value: ${next} follows; ${name}=VALUE is needed`;
  }
  return undefined;
}

/** Every flag, for parsing and for checking the documentation. */
export function defineFlags(version: string): Command {
  const command = new Command('ebpf_exporter')
    .description('Serves the maps of BPF programs as Prometheus metrics.')
    .version(version, '--version', 'print the version and exit')
    .helpOption('-h, --help', 'print this help and exit')
    .allowExcessArguments(false)
    .exitOverride()
    .showHelpAfterError(
      'usage: ebpf_exporter --config.dir=DIRECTORY --config.names=NAMES [flags]; ebpf_exporter --help has them all',
    );
  for (const flag of flagDefinitions) {
    command.addOption(optionOf(flag));
    if (flag.value === undefined) command.addOption(new Option(`--no-${flag.name}`).hideHelp());
  }
  return command;
}

function optionOf({ name, value, help, default: fallback, choices, check }: FlagDefinition): Option {
  const option = new Option(value === undefined ? `--${name}` : `--${name} <${value}>`, help);
  if (fallback !== undefined) option.default(fallback);
  if (choices !== undefined) option.choices(choices);
  if (check !== undefined) {
    option.argParser((text: string) => {
      try {
        check(text);
        return text;
      } catch (thrown) {
        throw thrown instanceof InvalidValue ? new InvalidArgumentError(thrown.message) : thrown;
      }
    });
  }
  return option;
}
