import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import project from '../../package.json' with { type: 'json' };
import { listInterfaces } from '../bpf/interfaces.ts';
import { findFiles } from '../check/find-files.ts';
import { durationMs, durationPattern } from '../config/duration.ts';
import { parseConfigs } from '../config/parse-configs.ts';
import { formatProblem } from '../config/problem.ts';
import type { Config } from '../config/spec.ts';
import { ExporterError } from '../errors.ts';
import { createSystem } from '../kernel/create-system.ts';
import { loadConfigs } from '../load/load-configs.ts';
import { openNative } from '../native/library.ts';
import { createLog, type Log, writeError } from '../process/log.ts';
import { Exporter } from '../serve/exporter.ts';
import type { ReadingObserver } from '../serve/reading-observer.ts';
import type { Look } from '../watch/look.ts';
import { plainLines } from '../watch/plain-lines.ts';
import { Terminal } from '../watch/terminal.ts';
import { type Read, Watcher } from '../watch/watcher.ts';
import { defineCommand, parseCommand } from './command-line.ts';
import { exitCodeOf, exitCodes } from './exit-codes.ts';

type Flags = {
  readonly 'config.dir'?: string;
  readonly metric?: string;
  readonly interval: string;
  readonly count?: string;
  readonly top: string;
  readonly plain: boolean;
  readonly 'libbpf.path'?: string;
  readonly 'btf.path'?: string;
};

/** `ebpf_exporter watch CONFIG...`: loads configs and shows their metrics. Returns the exit code. */
export async function watch(args: readonly string[]): Promise<number> {
  const command = defineCommand(
    'watch',
    'Loads configs and shows their metrics in the terminal, or as lines where the output is none. Serves nothing.',
    '[--metric=NAME] [--interval=DURATION] CONFIG...',
  )
    .argument('<CONFIG...>', 'path of a YAML file beside its object, or name of a config in the directory')
    .option('--config.dir <directory>', 'directory of the configs that are given by name')
    .option('--metric <name>', 'the metric to show first; as lines, the only one')
    .option('--interval <duration>', 'from one reading to the next', '1s')
    .option('--count <number>', 'end after so many readings; without it, go on')
    .option('--top <number>', 'as lines: how many label sets of each metric', '10')
    .option('--plain', 'lines in the terminal, too', false)
    .option('--libbpf.path <file>', 'the shared library of libbpf to use, in place of the installed one')
    .option('--btf.path <file>', 'BTF of the kernel, where there is no /sys/kernel/btf/vmlinux');
  const exitCode = parseCommand(command, args);
  if (exitCode !== undefined) return exitCode;
  let held: ((line: string) => void) | undefined;
  const log = createLog({
    level: 'warn',
    format: 'logfmt',
    timestamps: false,
    write: (line) => (held === undefined ? process.stderr.write(line) : held(line)),
  });
  try {
    const shown = await loadAndShow(command.opts<Flags>(), command.args, log, (hold) => {
      held = hold;
    });
    return shown;
  } catch (thrown) {
    if (!(thrown instanceof ExporterError)) throw thrown;
    writeError(log.error, thrown);
    return exitCodeOf(thrown.code);
  }
}

/** While a screen is shown, what is logged goes where `hold` says. */
type Hold = (write: ((line: string) => void) | undefined) => void;

async function loadAndShow(flags: Flags, args: readonly string[], log: Log, hold: Hold): Promise<number> {
  const intervalMs = durationOf(flags.interval);
  const [count, most] = [wholeNumber('count', flags.count ?? '0'), wholeNumber('top', flags.top)];
  const { directory, configs } = readConfigs(args, flags['config.dir'], log);
  if (configs === undefined) return exitCodes.usage;
  const stop = stopSignal();
  const native = openNative(flags['libbpf.path']);
  const system = createSystem({ listInterfaces: () => listInterfaces(native), warn: log.warn });
  const options = { directory, btfPath: flags['btf.path'], symbols: system.symbols, log, stop: stop.signal };
  const { attached, loader } = await loadConfigs(native, configs, options);
  try {
    if (stop.signal.aborted) return exitCodes.ok;
    if (attached.configs.length === 0) return exitCodes.load;
    let shown: Parameters<Read>[0] = () => undefined;
    const observe: ReadingObserver = ({ byConfig }) => {
      shown(byConfig);
      return [];
    };
    const exporter = Exporter.open(attached, {
      native,
      log,
      system,
      version: project.version,
      skipCacheSize: 0,
      rejected: new Map(),
      observers: new Set([observe]),
      lastReload: { successful: true, successSeconds: 0 },
    });
    try {
      const watcher = new Watcher((look) => {
        shown = look;
        return exporter.read();
      }, intervalMs);
      await watcher.update();
      if (flags.metric !== undefined && !watcher.select(flags.metric)) {
        const names = watcher.metrics.map(({ name }) => name).join(', ');
        throw new ExporterError('usage', `--metric=${flags.metric}: there are ${names || 'none'}`);
      }
      const isTerminal = process.stdout.isTTY && process.stdin.isTTY && process.env.TERM !== 'dumb';
      const run = { watcher, stop, intervalMs, count };
      if (isTerminal && !flags.plain) await showScreen(run, hold);
      else await showLines(run, flags.metric, most);
      return exitCodes.ok;
    } finally {
      exporter.close();
    }
  } finally {
    loader.close();
  }
}

type Run = {
  readonly watcher: Watcher;
  readonly stop: AbortController;
  readonly intervalMs: number;
  /** How many readings are shown; 0: until it is stopped. */
  readonly count: number;
};

async function showScreen({ watcher, stop, intervalMs, count }: Run, hold: Hold): Promise<void> {
  const held: string[] = [];
  const look = (): Look => ({ ...terminal.size, ...abilities() });
  const draw = (): void => terminal.show(watcher.draw(look()));
  const terminal = Terminal.open(process.stdin, process.stdout, {
    key: (key) => {
      if (key === 'quit') return stop.abort(key);
      watcher.press(key, look());
      draw();
    },
    resize: draw,
    gone: () => stop.abort('the terminal is gone'),
  });
  hold((line) => {
    if (held.push(line) > mostHeld) held.shift();
    watcher.note(line.trimEnd());
  });
  try {
    draw();
    for (let shown = 0; (count === 0 || shown < count) && (await tick(intervalMs, stop.signal)); ) {
      if (watcher.paused) continue;
      await watcher.update();
      draw();
      shown++;
    }
  } finally {
    hold(undefined);
    terminal.close();
    process.stderr.write(held.join(''));
  }
}

/** Lines of the log that are kept for the end. */
const mostHeld = 100;

async function showLines(
  { watcher, stop, intervalMs, count }: Run,
  metric: string | undefined,
  most: number,
): Promise<void> {
  process.stdout.on('error', () => stop.abort('nobody reads'));
  const name = metric?.replace(/^ebpf_exporter_/, '');
  for (let shown = 0; (count === 0 || shown < count) && (await tick(intervalMs, stop.signal)); shown++) {
    await watcher.update();
    const metrics = watcher.metrics.filter((one) => name === undefined || one.name === name);
    const time = new Date().toISOString().slice(11, 19);
    const text = plainLines(metrics, time, most).map((line) => `${line}\n`);
    if (!process.stdout.write(text.join(''))) {
      await once(process.stdout, 'drain', { signal: stop.signal }).catch(() => undefined);
    }
  }
}

/** False when it was stopped meanwhile. */
async function tick(intervalMs: number, signal: AbortSignal): Promise<boolean> {
  await pause(intervalMs, undefined, { signal }).catch(() => undefined);
  return !signal.aborted;
}

function abilities(): Pick<Look, 'colours' | 'unicode'> {
  const { NO_COLOR, LC_ALL, LC_CTYPE, LANG } = process.env;
  const locale = LC_ALL || LC_CTYPE || LANG || '';
  return { colours: !NO_COLOR, unicode: /utf-?8/i.test(locale) };
}

/** Also aborted by SIGHUP, which a terminal that is closed sends. */
function stopSignal(): AbortController {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGQUIT', 'SIGHUP'])
    process.on(signal, () => stop.abort(signal));
  return stop;
}

/** No configs when there are problems; all of them are logged then. */
function readConfigs(
  args: readonly string[],
  configDir: string | undefined,
  log: Log,
): { readonly directory: string; readonly configs: readonly Config[] | undefined } {
  const found = args.map((argument) => findFiles(argument, configDir));
  const wrong = found.filter((files) => 'message' in files);
  for (const problem of wrong) log.error(formatProblem(problem), { code: 'config' });
  const files = found.filter((one) => 'object' in one);
  const [directory = '.', second] = [...new Set(files.map((one) => one.directory))];
  if (wrong.length > 0) return { directory, configs: undefined };
  if (second !== undefined) {
    throw new ExporterError(
      'usage',
      `Configs of ${directory} and of ${second}: those of one directory are needed`,
    );
  }
  const names = files.map(({ name }) => name);
  const { configs, problems, warnings } = parseConfigs(directory, names, { strict: false });
  for (const warning of warnings) log.warn(formatProblem(warning), { code: 'config' });
  for (const problem of problems) log.error(formatProblem(problem), { code: 'config' });
  return { directory, configs: problems.length === 0 ? configs : undefined };
}

function durationOf(text: string): number {
  const ms = durationPattern.test(text) ? durationMs(text) : 0;
  if (ms >= 100 && ms < 2 ** 31) return ms;
  throw new ExporterError('usage', `--interval=${text}: a duration of 100ms or more is needed, such as 2s`);
}

function wholeNumber(flag: string, text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new ExporterError('usage', `--${flag}=${text}: a whole number is needed`);
}
