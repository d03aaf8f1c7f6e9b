import { resolve } from 'node:path';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { durationMs, durationPattern } from './config/duration.ts';
import { type LogLevel, logLevels } from './process/log.ts';
import { type LogFormat, logFormats } from './process/log-format.ts';

/** The command line, with every default filled in. */
export type Flags = {
  readonly configDir: string;
  readonly configNames: readonly string[];
  readonly configCheck: boolean;
  readonly configStrict: boolean;
  readonly skipCacheSize: number;
  readonly debug: boolean;
  readonly logLevel: LogLevel;
  readonly logFormat: LogFormat;
  readonly noTimestamps: boolean;
  readonly listenAddress: string;
  readonly telemetryPath: string;
  readonly openMetrics: boolean;
  readonly clientLimits: {
    readonly maxConnections: number;
    readonly maxUnsentBytes: number;
    readonly writeTimeoutMs: number;
  };
  readonly shutdownTimeoutMs: number;
  /** Undefined: plain HTTP for everybody. */
  readonly webConfigFile: string | undefined;
  readonly keepCapabilities: string;
  readonly user: string | undefined;
  readonly seccomp: boolean;
  /** Absolute. */
  readonly libbpfPath: string | undefined;
  readonly btfPath: string | undefined;
};

/** What to do: run with flags, or leave with an exit code (help, version and usage errors are already printed). */
export type CommandLine = { readonly flags: Flags } | { readonly exitCode: number };

const requiredFlags = ['config.dir', 'config.names'];

/** Reads the arguments behind the program's name. An unknown flag or a missing required one prints the usage. */
export function parseCommandLine(args: readonly string[], version: string, moreHelp = ''): CommandLine {
  const command = defineFlags(version).addHelpText('after', moreHelp);
  try {
    const misuse = misuseOf(command, args);
    if (misuse !== undefined) command.error(`error: ${misuse}`);
    command.parse(args, { from: 'user' });
    // Checked here and not by commander, which would complain of a flag that is missing before one that is misspelled.
    for (const name of requiredFlags) {
      if (command.opts()[name] === undefined) command.error(`error: required flag --${name} is missing`);
    }
  } catch (thrown) {
    if (thrown instanceof CommanderError) return { exitCode: thrown.exitCode };
    throw thrown;
  }
  const values = command.opts();
  const isDefault = (name: string): boolean => command.getOptionValueSource(name) === 'default';
  return {
    flags: {
      configDir: values['config.dir'],
      configNames: values['config.names'].split(','),
      configCheck: values['config.check'],
      configStrict: values['config.strict'],
      skipCacheSize: values['config.skipCacheSize'],
      debug: values.debug,
      logLevel: values.debug && isDefault('log.level') ? 'debug' : values['log.level'],
      logFormat: values['log.format'],
      noTimestamps: values['log.noTimestamps'],
      listenAddress: values['web.listenAddress'],
      telemetryPath: values['web.telemetryPath'],
      openMetrics: values['web.openmetrics'],
      clientLimits: {
        maxConnections: values['web.maxConnections'],
        maxUnsentBytes: sizeBytes(values['web.maxUnsentBytes']),
        writeTimeoutMs: durationOf(values['web.writeTimeout']),
      },
      shutdownTimeoutMs: durationOf(values['web.shutdownTimeout']),
      webConfigFile: values['web.config.file'] || undefined,
      keepCapabilities: values['capabilities.keep'],
      user: values.user || undefined,
      seccomp: values.seccomp,
      libbpfPath: values['libbpf.path'] ? resolve(values['libbpf.path']) : undefined,
      btfPath: values['btf.path'] || undefined,
    },
  };
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
    )
    .option('--config.dir <directory>', 'directory that holds the configs (required)')
    .option(
      '--config.names <names>',
      'comma-separated names; each is NAME.yaml and NAME.bpf.o in the directory (required)',
    )
    .option(
      '--config.skip-cache-size <keys>',
      'keys to remember that a decoder chose to skip; 0: all that are in the map',
      wholeNumber,
      0,
    )
    .addOption(
      new Option('--log.level <level>', 'the least that is logged; with --debug it is debug')
        .choices(logLevels)
        .default('info'),
    )
    .addOption(
      new Option('--log.format <format>', 'name=value pairs, or one line of JSON for each event')
        .choices(Object.keys(logFormats))
        .default('logfmt'),
    )
    .option('--web.listen-address <address>', 'host:port, :port, [v6]:port or fd://N to listen on', ':9435')
    .option('--web.telemetry-path <path>', 'where metrics are served', '/metrics')
    .option(
      '--web.config.file <file>',
      "TLS, client certificates, passwords and headers, in the format of Prometheus' exporters",
      '',
    )
    .option(
      '--web.max-connections <number>',
      'open connections; for one more, the one that did nothing for longest is closed',
      positiveNumber,
      512,
    )
    .option(
      '--web.max-unsent-bytes <size>',
      'memory for what clients have yet to take, all together; beyond it the slowest are cut off',
      (text) => checked(text, sizeBytes),
      '32MiB',
    )
    .option(
      '--web.write-timeout <duration>',
      'how long a client may take for an answer, from its first byte to its last',
      (text) => checked(text, durationOf),
      '1m',
    )
    .option(
      '--web.shutdown-timeout <duration>',
      'how long a stop waits for scrapes that are under way',
      (text) => checked(text, durationOf),
      '2s',
    )
    .option(
      '--capabilities.keep <names>',
      'capabilities to keep after attaching: all, none, or names such as cap_syslog,cap_bpf',
      'all',
    )
    .option('--user <user>', 'user to serve as, after attaching: a name, UID or UID:GID', '')
    .option('--libbpf.path <file>', 'the shared library of libbpf to use, in place of the installed one', '')
    .option('--btf.path <file>', 'BTF of the kernel, where there is no /sys/kernel/btf/vmlinux', '');
  const booleans = {
    'config.check': 'load and attach everything, report, and exit 0 or 1',
    'config.strict': 'refuse to start when a program does not attach',
    debug: "libbpf's debug output in the log, raw maps at /maps",
    'log.no-timestamps': 'no timestamps in the log',
    seccomp: 'after privileges were dropped, have the kernel refuse system calls that serving does not need',
    'web.openmetrics':
      'OpenMetrics 1.0.0 for clients that prefer it; it writes le="1.0" where the text format has le="1"',
  };
  for (const [name, help] of Object.entries(booleans)) {
    command.option(`--${name}`, help, name === 'seccomp');
    command.addOption(command.createOption(`--no-${name}`).hideHelp());
  }
  return command;
}

function wholeNumber(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number.');
}

function positiveNumber(text: string): number {
  const number = wholeNumber(text);
  if (number > 0) return number;
  throw new InvalidArgumentError('It must be more than 0.');
}

/** The text itself, so that the help shows defaults as they are written. Throws what `read` throws. */
function checked(text: string, read: (text: string) => number): string {
  read(text);
  return text;
}

const sizeUnits = { '': 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 } as const;

function sizeBytes(text: string): number {
  const [, digits, unit] = /^(\d+)(|[KMG]iB)$/.exec(text) ?? [];
  if (digits !== undefined) return Number(digits) * sizeUnits[unit as keyof typeof sizeUnits];
  throw new InvalidArgumentError('It must be a number of bytes, KiB, MiB or GiB, such as 32MiB.');
}

/** Milliseconds. */
function durationOf(text: string): number {
  if (durationPattern.test(text)) return Math.min(durationMs(text), longestTimerMs);
  throw new InvalidArgumentError('It must be a duration, such as 30s or 1m30s.');
}

/** What a timer of Node.js can wait; more would be one millisecond. */
const longestTimerMs = 2 ** 31 - 1;
