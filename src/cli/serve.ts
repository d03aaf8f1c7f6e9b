import { once } from 'node:events';
import project from '../../package.json' with { type: 'json' };
import type { Attached } from '../attached.ts';
import { listInterfaces } from '../bpf/interfaces.ts';
import { parseConfigs } from '../config/parse-configs.ts';
import { formatProblem } from '../config/problem.ts';
import type { Config } from '../config/spec.ts';
import { ExporterError } from '../errors.ts';
import { type Flags, readFlags } from '../flags.ts';
import type { Access } from '../http/access.ts';
import { Rejections } from '../http/rejections.ts';
import { type HttpServer, serve as serveHttp } from '../http/server.ts';
import { createSystem } from '../kernel/create-system.ts';
import { loadConfigs } from '../load/load-configs.ts';
import { Loader } from '../load/loader.ts';
import { type Native, openNative } from '../native/library.ts';
import { capabilities } from '../process/capabilities.ts';
import { readClocks } from '../process/clocks.ts';
import { takeOver } from '../process/hand-over.ts';
import { limitKernelQueue } from '../process/kernel-queue.ts';
import { createLog, type Log, rateLimited, writeError } from '../process/log.ts';
import { heldCapabilities } from '../process/privileges.ts';
import { restrictSystemCalls } from '../process/seccomp.ts';
import { StartTrace } from '../process/start-trace.ts';
import { notifySystemd, startWatchdog } from '../process/systemd.ts';
import { Exporter } from '../serve/exporter.ts';
import type { TracingSettings } from '../tracing/environment.ts';
import { Tracing, tracingSettings } from '../tracing/tracing.ts';
import { checkFlags } from './check-flags.ts';
import { commandHelp } from './command-names.ts';
import { exitCodeOf, exitCodes } from './exit-codes.ts';
import type { CommandLine } from './flag-command.ts';
import { continueWith, type Handed, wantedPrivileges } from './hand-over.ts';
import { openSocket, whereOf } from './listen.ts';
import { LiveData } from './live-data.ts';
import { loadCommands } from './load-commands.ts';
import { Reloads } from './reloads.ts';
import { routes } from './routes.ts';
import { handleSignals, type Signals } from './signals.ts';

/** `ebpf_exporter [serve] [flags]`: loads configs and serves their metrics until a signal. Returns the exit code. */
export async function serve(args: readonly string[]): Promise<number> {
  const command = readCommandLine(args);
  if ('exitCode' in command) return command.exitCode;
  const { flags } = command;
  const log = createLog({
    level: flags.logLevel,
    format: flags.logFormat,
    timestamps: !flags.noTimestamps,
    write: (line) => process.stderr.write(line),
  });
  const signals = handleSignals(log);
  try {
    return await loadAndServe(flags, log, signals);
  } catch (thrown) {
    if (!(thrown instanceof ExporterError)) throw thrown;
    writeError(log.error, thrown);
    return exitCodeOf(thrown.code);
  }
}

function readCommandLine(args: readonly string[]): CommandLine {
  const flags = readFlags(args);
  return flags === undefined
    ? loadCommands().parseCommandLine(args, project.version, commandHelp())
    : { flags };
}

async function loadAndServe(flags: Flags, log: Log, signals: Signals): Promise<number> {
  const native = openNative(flags.libbpfPath);
  const handed = takeOver() as Handed | undefined;
  if (handed === undefined) checkFlags(flags); // afterwards some of it may be out of reach
  const access = flags.webConfigFile === undefined ? undefined : await openAccess(flags.webConfigFile, log);
  const context = { native, log, signals, access };
  try {
    if (handed !== undefined) {
      const loader = new Loader(native, log);
      return await serveAttached(flags, handed, { ...context, loader, handedOver: true });
    }
    return await load(flags, context);
  } finally {
    access?.close();
  }
}

type Context = {
  readonly native: Native;
  readonly log: Log;
  readonly signals: Signals;
  readonly access: Access | undefined;
};

/** Loads and attaches, and goes on with what that leaves. */
async function load(flags: Flags, context: Context): Promise<number> {
  const { native, log } = context;
  const { stop } = context.signals;
  const configs = readConfigs(flags, log);
  if (configs === undefined) return exitCodes.usage;
  const privileges = wantedPrivileges(native, flags, log);
  const trace = new StartTrace('attach');
  const tracing = tracingSettings(configs, process.env, log.warn);
  const startedAtMs = Date.now();
  // Before anything attaches, so that a port that is taken shows. A check may run beside an exporter.
  const socket = flags.configCheck ? -1 : await openSocket(native, flags);
  const { symbols } = createSystem({ listInterfaces: () => listInterfaces(native), warn: log.warn });
  const { configDir: directory, btfPath, rootfs } = flags;
  const { attached, loader } = await trace.span('attach_configs', {}, () =>
    loadConfigs(native, configs, { directory, btfPath, rootfs, symbols, log, stop, trace }),
  );
  try {
    if (stop.aborted) return exitCodes.ok;
    const given = { attached, socket, startedAtMs, tracing, trace: trace.end() };
    if (privileges !== undefined && attached.configs.length > 0 && !flags.configCheck) {
      return goOn(
        privileges,
        native,
        log,
        given,
        flags.webConfigFile === undefined ? [] : [flags.webConfigFile],
      );
    }
    const single = { ...context, loader, handedOver: false };
    return await serveAttached(flags, { ...given, kallsyms: undefined }, single);
  } finally {
    loader.close();
  }
}

/** Returns only when that failed. */
function goOn(...[privileges, native, log, ...given]: Parameters<typeof continueWith>): number {
  try {
    return continueWith(privileges, native, log, ...given);
  } catch (thrown) {
    if (!(thrown instanceof ExporterError)) throw thrown;
    writeError(log.error, thrown);
    return exitCodes.load;
  }
}

/** All that is left to do once everything is attached. */
async function serveAttached(
  flags: Flags,
  { attached, socket, kallsyms, startedAtMs, tracing: settings, trace }: Handed,
  {
    native,
    log,
    signals: { stop, onReload },
    access,
    loader,
    handedOver,
  }: Context & { readonly loader: Loader; readonly handedOver: boolean },
): Promise<number> {
  const { warn } = log;
  const { rootfs } = flags;
  const system = createSystem({ listInterfaces: () => listInterfaces(native), warn, kallsyms, rootfs });
  const rejections = new Rejections();
  const traced = settings !== undefined && !flags.configCheck;
  let tracing = traced ? createTracing(settings, native, log) : undefined;
  const notify = (state: string): void => notifySystemd(native, log, process.env.NOTIFY_SOCKET, state);
  const reloads = new Reloads(() => ({
    flags,
    log,
    stop,
    exporter,
    loader,
    symbols: system.symbols,
    notify,
    tracingFor(configs) {
      const settings = tracing === undefined ? tracingSettings(configs, process.env, () => {}) : undefined;
      if (settings !== undefined) tracing = createTracing(settings, native, log);
      return tracing;
    },
  }));
  const liveData = new LiveData(flags);
  const exporter = Exporter.open(attached, {
    native,
    log,
    system,
    version: project.version,
    rootfs,
    skipCacheSize: flags.skipCacheSize,
    rejected: rejections.counts,
    lastReload: reloads.last,
    tracing,
    observers: liveData.observers,
  });
  tracing?.add(trace);
  let server: HttpServer | undefined;
  let watchdog: { close(): void } | undefined;
  try {
    const count = attached.configs.reduce((sum, { programs }) => sum + programs.length, 0);
    log.info(`Started with ${count} programs found in the config in ${Date.now() - startedAtMs} ms`);
    const mustBeComplete = flags.configCheck || flags.configStrict;
    const complete = reportIncomplete(attached, exporter, mustBeComplete ? log.error : log.warn);
    if (flags.configCheck && complete) log.info('Checked: everything loads and attaches');
    if (flags.configCheck) return complete ? exitCodes.ok : exitCodes.usage;
    if (attached.configs.length === 0 || (flags.configStrict && !complete)) return exitCodes.load;

    if (handedOver && flags.seccomp) restrictSystemCalls(native, { loading: mayLoad() });
    limitKernelQueue(native, socket);
    const source = { native, exporter, tracing: () => tracing, version: project.version, startedAtMs };
    server = await serveHttp(
      { fd: socket },
      {
        routes: routes(flags, exporter, {
          reload: () => reloads.ask(),
          scrape: (...given) => liveData.scrape(...given),
          live: flags.ui.enabled ? liveData.handler(source) : undefined,
        }),
        limits: flags.clientLimits,
        rejections,
        access,
        onError: log.error,
      },
    );
    log.info(`Listening on ${whereOf(flags, server)}, metrics at ${flags.telemetryPath}`);
    notify('READY=1');
    onReload(() => void reloads.ask());
    reloads.rememberSoon(() => exporter.attached.configs);
    watchdog = startWatchdog(notify);
    if (!stop.aborted) await once(stop, 'abort');
    log.info(`Stopping on ${stop.reason}`);
    notify('STOPPING=1');
    return exitCodes.ok;
  } finally {
    watchdog?.close();
    await reloads.close();
    await server?.close(flags.shutdownTimeoutMs);
    await liveData.close();
    exporter.drain();
    exporter.close();
    await tracing?.close();
    loader.close();
  }
}

/** Whether what was kept lets a reload load objects. */
function mayLoad(): boolean {
  return (heldCapabilities().effective & capabilities('cap_bpf', 'cap_sys_admin')) !== 0n;
}

function createTracing(settings: TracingSettings, native: Native, log: Log): Tracing {
  return new Tracing({
    settings,
    version: project.version,
    readClocks: () => readClocks(native),
    warn: rateLimited(log.warn, { burst: 1, intervalMs: 60_000 }),
  });
}

/** Undefined when there are problems; all of them are logged then. */
function readConfigs(flags: Flags, log: Log): readonly Config[] | undefined {
  const strict = flags.configStrict || flags.configCheck;
  const { configs, problems, warnings } = parseConfigs(flags.configDir, flags.configNames, { strict });
  for (const warning of warnings) log.warn(formatProblem(warning), { code: 'config' });
  for (const problem of problems) log.error(formatProblem(problem), { code: 'config' });
  return problems.length === 0 ? configs : undefined;
}

/** Names what does not work, each program as config:program. True when everything does. */
function reportIncomplete(
  { configs, failed }: Attached,
  { disabledMetrics }: Exporter,
  report: (message: string) => void,
): boolean {
  const unattached = configs.flatMap(({ config, programs }) =>
    programs.filter(({ reason }) => reason !== undefined).map(({ name }) => `${config.name}:${name}`),
  );
  if (failed.length > 0) report(`Not loaded: ${failed.map(({ name }) => name).join(', ')}`);
  if (unattached.length > 0) report(`Not attached: ${unattached.join(', ')}`);
  if (disabledMetrics.length > 0) report(`Metrics disabled: ${disabledMetrics.length}`);
  return failed.length === 0 && unattached.length === 0 && disabledMetrics.length === 0;
}

/** Loaded only here: TLS and all that takes longer to start than the rest of the exporter. */
async function openAccess(file: string, log: Log): Promise<Access> {
  const { WebAccess } = await import('../web/web-access.ts');
  return WebAccess.open(file, log.error);
}
