import { once } from 'node:events';
import { existsSync } from 'node:fs';
import project from '../../package.json' with { type: 'json' };
import type { Attached } from '../attached.ts';
import { listInterfaces } from '../bpf/interfaces.ts';
import { parseConfigs } from '../config/parse-configs.ts';
import { formatProblem } from '../config/problem.ts';
import type { Config } from '../config/spec.ts';
import { ExporterError } from '../errors.ts';
import { type Flags, parseCommandLine } from '../flags.ts';
import type { Access } from '../http/access.ts';
import { formatListenAddress, parseListenAddress } from '../http/listen-address.ts';
import { Rejections } from '../http/rejections.ts';
import { type HttpServer, serve as serveHttp } from '../http/server.ts';
import { checkTelemetryPath } from '../http/telemetry-path.ts';
import { createSystem } from '../kernel/create-system.ts';
import { type Loaded, loadConfigs } from '../load/load-configs.ts';
import { type Native, openNative } from '../native/library.ts';
import { readClocks } from '../process/clocks.ts';
import { createLog, type Log, rateLimited } from '../process/log.ts';
import { StartTrace } from '../process/start-trace.ts';
import { notifySystemd } from '../process/systemd.ts';
import { Exporter } from '../serve/exporter.ts';
import type { TracingSettings } from '../tracing/environment.ts';
import { Tracing, tracingSettings } from '../tracing/tracing.ts';
import { exitCodeOf, exitCodes } from './exit-codes.ts';
import { routes } from './routes.ts';
import { handleSignals } from './signals.ts';

/** `ebpf_exporter [serve] [flags]`: loads configs and serves their metrics until a signal. Returns the exit code. */
export async function serve(args: readonly string[]): Promise<number> {
  const command = parseCommandLine(args, project.version);
  if ('exitCode' in command) return command.exitCode;
  const { flags } = command;
  const log = createLog({
    timestamps: !flags.noTimestamps,
    debug: flags.debug,
    write: (line) => process.stderr.write(line),
  });
  const stop = handleSignals(log);
  try {
    return await loadAndServe(flags, log, stop);
  } catch (thrown) {
    if (!(thrown instanceof ExporterError)) throw thrown;
    log.error(thrown.message);
    return exitCodeOf(thrown.code);
  }
}

async function loadAndServe(flags: Flags, log: Log, stop: AbortSignal): Promise<number> {
  checkFlags(flags);
  const address = parseListenAddress(flags.listenAddress);
  const configs = readConfigs(flags, log);
  if (configs === undefined) return exitCodes.usage;

  const native = openNative();
  const trace = new StartTrace('attach');
  const settings = tracingSettings(configs, process.env, log.warn);
  let tracing: Tracing | undefined;
  const system = createSystem({ listInterfaces: () => listInterfaces(native), warn: log.warn });
  const started = performance.now();
  let loaded: Loaded | undefined;
  let exporter: Exporter | undefined;
  let server: HttpServer | undefined;
  const access = flags.webConfigFile === undefined ? undefined : await openAccess(flags.webConfigFile, log);
  try {
    const { configDir: directory, btfPath } = flags;
    if (settings !== undefined && !flags.configCheck) tracing = createTracing(settings, native, log);
    loaded = await trace.span('attach_configs', {}, () =>
      loadConfigs(native, configs, { directory, btfPath, symbols: system.symbols, log, stop, trace }),
    );
    if (stop.aborted) return exitCodes.ok;
    const { attached } = loaded;
    const { skipCacheSize } = flags;
    const rejections = new Rejections();
    const { counts: rejected } = rejections;
    const { version } = project;
    exporter = Exporter.open(attached, { native, log, system, version, skipCacheSize, rejected, tracing });
    tracing?.add(trace.end());
    const count = attached.configs.reduce((sum, { programs }) => sum + programs.length, 0);
    const ms = Math.round(performance.now() - started);
    log.info(`Started with ${count} programs found in the config in ${ms} ms`);

    const mustBeComplete = flags.configCheck || flags.configStrict;
    const complete = reportIncomplete(attached, exporter, mustBeComplete ? log.error : log.warn);
    if (flags.configCheck && complete) log.info('Checked: everything loads and attaches');
    if (flags.configCheck) return complete ? exitCodes.ok : exitCodes.usage;
    if (attached.configs.length === 0 || (flags.configStrict && !complete)) return exitCodes.load;

    server = await serveHttp(address, {
      routes: routes(flags, attached, exporter),
      limits: flags.clientLimits,
      rejections,
      access,
      onError: log.error,
    });
    const { port } = server.address; // a free one, where 0 was asked for
    log.info(`Listening on ${formatListenAddress({ ...address, port })}, metrics at ${flags.telemetryPath}`);
    notify(native, log, 'READY=1');
    if (!stop.aborted) await once(stop, 'abort');
    log.info(`Stopping on ${stop.reason}`);
    notify(native, log, 'STOPPING=1');
    return exitCodes.ok;
  } finally {
    await server?.close(flags.shutdownTimeoutMs);
    access?.close();
    exporter?.drain();
    exporter?.close();
    loaded?.close();
    await tracing?.close();
  }
}

function createTracing(settings: TracingSettings, native: Native, log: Log): Tracing {
  return new Tracing({
    settings,
    version: project.version,
    readClocks: () => readClocks(native),
    warn: rateLimited(log.warn, { burst: 1, intervalMs: 60_000 }),
  });
}

function checkFlags(flags: Flags): void {
  if (flags.keepCapabilities !== 'all') {
    throw new ExporterError(
      'usage',
      `--capabilities.keep ${flags.keepCapabilities}: only "all" is supported yet`,
    );
  }
  checkTelemetryPath(flags.telemetryPath, ['/-/healthy', '/-/ready', ...(flags.debug ? ['/maps'] : [])]);
  if (flags.btfPath !== undefined && !existsSync(flags.btfPath)) {
    throw new ExporterError(
      'usage',
      `--btf.path ${flags.btfPath}: no such file; the BTF of the running kernel is needed`,
    );
  }
}

/** Undefined when there are problems; all of them are logged then. */
function readConfigs(flags: Flags, log: Log): readonly Config[] | undefined {
  const strict = flags.configStrict || flags.configCheck;
  const { configs, problems, warnings } = parseConfigs(flags.configDir, flags.configNames, { strict });
  for (const warning of warnings) log.warn(formatProblem(warning));
  for (const problem of problems) log.error(formatProblem(problem));
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

function notify(native: Native, log: Log, state: string): void {
  notifySystemd(native, log, process.env.NOTIFY_SOCKET, state);
}
