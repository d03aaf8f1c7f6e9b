import { Command, CommanderError } from 'commander';

/** The command line of a command, `ebpf_exporter NAME`, with its own `--help`; a wrong one prints `usage`. */
export function defineCommand(name: string, description: string, usage: string): Command {
  return new Command(`ebpf_exporter ${name}`)
    .description(description)
    .usage(usage)
    .helpOption('-h, --help', 'print this help and exit')
    .allowExcessArguments(false)
    .exitOverride()
    .showHelpAfterError(`usage: ebpf_exporter ${name} ${usage}; ebpf_exporter ${name} --help has the flags`);
}

/** Parses; the exit code when that is all there is to do: help and errors are already printed. */
export function parseCommand(command: Command, args: readonly string[]): number | undefined {
  try {
    command.parse(args, { from: 'user' });
    return undefined;
  } catch (thrown) {
    if (thrown instanceof CommanderError) return thrown.exitCode;
    throw thrown;
  }
}
