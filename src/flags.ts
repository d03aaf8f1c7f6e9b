// Longer than other files: half of it is one table, a row a flag.

import { resolve } from 'node:path';
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
  /** The live page; `historyBytes` is the memory for what it shows of the last hour, `spans` whether it shows spans. */
  readonly ui: { readonly enabled: boolean; readonly spans: boolean; readonly historyBytes: number };
  /** Whether `POST /-/reload` is answered. */
  readonly enableLifecycle: boolean;
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
  /** Where the host's root is mounted. Absolute. */
  readonly rootfs: string;
};

/** One flag as users write it, `--NAME=VALUE`, or `--NAME` and `--no-NAME` for one without `value`. */
export type FlagDefinition = {
  readonly name: string;
  /** What the help calls the value. */
  readonly value?: string;
  readonly help: string;
  /** Undefined: the flag is required. */
  readonly default?: string | number | boolean;
  readonly choices?: readonly string[];
  /** Throws `InvalidValue`. */
  readonly check?: (text: string) => unknown;
};

/** A value that a flag cannot have; the message is a sentence that says what it must be. */
export class InvalidValue extends Error {}

/** Every flag, in the order of the help. */
export const flagDefinitions: readonly FlagDefinition[] = [
  { name: 'config.dir', value: 'directory', help: 'directory that holds the configs (required)' },
  {
    name: 'config.names',
    value: 'names',
    help: 'comma-separated names; each is NAME.yaml and NAME.bpf.o in the directory (required)',
  },
  {
    name: 'config.skip-cache-size',
    value: 'keys',
    help: 'keys to remember that a decoder chose to skip; 0: all that are in the map',
    default: 0,
    check: wholeNumber,
  },
  {
    name: 'log.level',
    value: 'level',
    help: 'the least that is logged; with --debug it is debug',
    default: 'info',
    choices: logLevels,
  },
  {
    name: 'log.format',
    value: 'format',
    help: 'name=value pairs, or one line of JSON for each event',
    default: 'logfmt',
    choices: Object.keys(logFormats),
  },
  {
    name: 'web.listen-address',
    value: 'address',
    help: 'host:port, :port, [v6]:port or fd://N to listen on',
    default: ':9435',
  },
  {
    name: 'web.telemetry-path',
    value: 'path',
    help: 'where metrics are served',
    default: '/metrics',
  },
  {
    name: 'web.ui-history-bytes',
    value: 'size',
    help: 'memory for what the live page shows of the last hour; 0: it begins when somebody looks',
    default: '8MiB',
    check: sizeBytes,
  },
  {
    name: 'web.config.file',
    value: 'file',
    help: "TLS, client certificates, passwords and headers, in the format of Prometheus' exporters",
    default: '',
  },
  {
    name: 'web.max-connections',
    value: 'number',
    help: 'open connections; for one more, the one that did nothing for longest is closed',
    default: 512,
    check: positiveNumber,
  },
  {
    name: 'web.max-unsent-bytes',
    value: 'size',
    help: 'memory for what clients have yet to take, all together; beyond it the slowest are cut off',
    default: '32MiB',
    check: sizeBytes,
  },
  {
    name: 'web.write-timeout',
    value: 'duration',
    help: 'how long a client may take for an answer, from its first byte to its last',
    default: '1m',
    check: durationOf,
  },
  {
    name: 'web.shutdown-timeout',
    value: 'duration',
    help: 'how long a stop waits for scrapes that are under way',
    default: '2s',
    check: durationOf,
  },
  {
    name: 'capabilities.keep',
    value: 'names',
    help: 'capabilities to keep after attaching: all, none, or names such as cap_syslog,cap_bpf',
    default: 'all',
  },
  {
    name: 'user',
    value: 'user',
    help: 'user to serve as, after attaching: a name, UID or UID:GID',
    default: '',
  },
  {
    name: 'libbpf.path',
    value: 'file',
    help: 'the shared library of libbpf to use, in place of the installed one',
    default: '',
  },
  {
    name: 'btf.path',
    value: 'file',
    help: 'BTF of the kernel, where there is no /sys/kernel/btf/vmlinux',
    default: '',
  },
  {
    name: 'path.rootfs',
    value: 'directory',
    help: "where the host's root is mounted: binaries of uprobes and USDT, pci.ids and the container runtime are found there",
    default: '/',
  },
  { name: 'config.check', help: 'load and attach everything, report, and exit 0 or 1', default: false },
  { name: 'config.strict', help: 'refuse to start when a program does not attach', default: false },
  { name: 'debug', help: "libbpf's debug output in the log, raw maps at /maps", default: false },
  { name: 'log.no-timestamps', help: 'no timestamps in the log', default: false },
  {
    name: 'seccomp',
    help: 'after privileges were dropped, have the kernel refuse system calls that serving does not need',
    default: true,
  },
  {
    name: 'web.enable-lifecycle',
    help: 'POST /-/reload reads the configs again, as SIGHUP does',
    default: false,
  },
  {
    name: 'web.openmetrics',
    help: 'OpenMetrics 1.0.0 for clients that prefer it; it writes le="1.0" where the text format has le="1"',
    default: false,
  },
  { name: 'web.ui', help: 'the live page at /, and its data at /api/v1/live', default: true },
  {
    name: 'web.ui-spans',
    help: 'spans on the live page; their attributes may be secrets',
    default: false,
  },
];

/** Values by the flag's name, of those that were given. */
export type GivenFlags = ReadonlyMap<string, string | boolean>;

/**
 * Reads arguments in which nothing is wrong. For anything else, help and mistakes, the answer is undefined: what to say is
 * known to `flag-command.ts`, which would take 5 ms of every start.
 */
export function readFlags(args: readonly string[]): Flags | undefined {
  const given = new Map<string, string | boolean>();
  for (let at = 0; at < args.length; at++) {
    const text = args[at]!;
    const end = text.indexOf('=');
    const name = text.slice(2, end < 0 ? undefined : end);
    const off = !known.has(name) && name.startsWith('no-');
    const flag = known.get(off ? name.slice(3) : name);
    if (!text.startsWith('--') || flag === undefined || given.has(flag.name)) return undefined;
    if (flag.value === undefined) {
      if (end >= 0) return undefined;
      given.set(flag.name, !off);
      continue;
    }
    const value = end < 0 ? args[++at] : text.slice(end + 1);
    if (off || value === undefined || (end < 0 && value.startsWith('-')) || !isValid(flag, value)) {
      return undefined;
    }
    given.set(flag.name, value);
  }
  const complete = flagDefinitions.every((flag) => flag.default !== undefined || given.has(flag.name));
  return complete ? flagsOf(given) : undefined;
}

const known = new Map(flagDefinitions.map((flag) => [flag.name, flag]));

function isValid({ choices, check }: FlagDefinition, text: string): boolean {
  try {
    check?.(text);
    return choices?.includes(text) ?? true;
  } catch (thrown) {
    if (thrown instanceof InvalidValue) return false;
    throw thrown;
  }
}

/** With the defaults of all that were not given. All that are required were, with values that are valid. */
export function flagsOf(given: GivenFlags): Flags {
  const valueOfFlag = (name: string): string | number | boolean =>
    given.get(name) ?? known.get(name)!.default!;
  const text = (name: string): string => String(valueOfFlag(name));
  const is = (name: string): boolean => valueOfFlag(name) === true;
  const debug = is('debug');
  return {
    configDir: text('config.dir'),
    configNames: text('config.names').split(','),
    configCheck: is('config.check'),
    configStrict: is('config.strict'),
    skipCacheSize: wholeNumber(text('config.skip-cache-size')),
    debug,
    logLevel: debug && !given.has('log.level') ? 'debug' : (text('log.level') as LogLevel),
    logFormat: text('log.format') as LogFormat,
    noTimestamps: is('log.no-timestamps'),
    listenAddress: text('web.listen-address'),
    telemetryPath: text('web.telemetry-path'),
    openMetrics: is('web.openmetrics'),
    ui: {
      enabled: is('web.ui'),
      spans: is('web.ui-spans'),
      historyBytes: sizeBytes(text('web.ui-history-bytes')),
    },
    enableLifecycle: is('web.enable-lifecycle'),
    clientLimits: {
      maxConnections: wholeNumber(text('web.max-connections')),
      maxUnsentBytes: sizeBytes(text('web.max-unsent-bytes')),
      writeTimeoutMs: durationOf(text('web.write-timeout')),
    },
    shutdownTimeoutMs: durationOf(text('web.shutdown-timeout')),
    webConfigFile: text('web.config.file') || undefined,
    keepCapabilities: text('capabilities.keep'),
    user: text('user') || undefined,
    seccomp: is('seccomp'),
    libbpfPath: text('libbpf.path') ? resolve(text('libbpf.path')) : undefined,
    btfPath: text('btf.path') || undefined,
    rootfs: resolve(text('path.rootfs')),
  };
}

function wholeNumber(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new InvalidValue('It must be a whole number.');
}

function positiveNumber(text: string): number {
  const number = wholeNumber(text);
  if (number > 0) return number;
  throw new InvalidValue('It must be more than 0.');
}

const sizeUnits = { '': 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 } as const;

function sizeBytes(text: string): number {
  const [, digits, unit] = /^(\d+)(|[KMG]iB)$/.exec(text) ?? [];
  if (digits !== undefined) return Number(digits) * sizeUnits[unit as keyof typeof sizeUnits];
  throw new InvalidValue('It must be a number of bytes, KiB, MiB or GiB, such as 32MiB.');
}

/** Milliseconds. */
function durationOf(text: string): number {
  if (durationPattern.test(text)) return Math.min(durationMs(text), longestTimerMs);
  throw new InvalidValue('It must be a duration, such as 30s or 1m30s.');
}

/** What a timer of Node.js can wait; more would be one millisecond. */
const longestTimerMs = 2 ** 31 - 1;
