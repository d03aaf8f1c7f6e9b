import { once } from 'node:events';
import { existsSync } from 'node:fs';
import project from '../package.json' with { type: 'json' };
import { parseConfigs } from './config/parse-configs.ts';
import { formatProblem } from './config/problem.ts';
import type { Config } from './config/spec.ts';
import { ExporterError } from './errors.ts';
import { contentTypes } from './exposition/format.ts';
import { type Flags, parseCommandLine } from './flags.ts';
import { chooseFormat } from './http/content-format.ts';
import { parseListenAddress } from './http/listen-address.ts';
import { whole } from './http/send-parts.ts';
import { type HttpServer, type Routes, serve } from './http/server.ts';
import { type Native, openNative } from './native/library.ts';
import { createLog, type Log } from './process/log.ts';
import { notifySystemd } from './process/systemd.ts';
import { Exporter } from './serve/exporter.ts';

// Not by `exitCode`: pages that are still being compressed for clients would keep the process for seconds.
// Not by top-level await either: the bundle is CommonJS.
void main(process.argv.slice(2)).then((code) => process.exit(code));

/** The whole life of the process. Returns its exit code. */
async function main(args: readonly string[]): Promise<number> {
  const command = parseCommandLine(args, project.version);
  if ('exitCode' in command) return command.exitCode;
  const { flags } = command;
  const log = createLog({
    timestamps: !flags.noTimestamps,
    debug: flags.debug,
    write: (line) => process.stderr.write(line),
  });
  // A terminal signals the whole group and npm passes it on as well: one that comes again must not kill us.
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => stop.abort(signal));
  // Whoever reads our log may go; there is nobody left to tell, and the metrics are still wanted.
  process.stderr.on('error', () => undefined);
  try {
    return await run(flags, log, stop.signal);
  } catch (thrown) {
    if (!(thrown instanceof ExporterError)) throw thrown;
    log.error(thrown.message);
    return 1;
  }
}

async function run(flags: Flags, log: Log, stop: AbortSignal): Promise<number> {
  checkFlags(flags);
  const address = parseListenAddress(flags.listenAddress);
  const configs = readConfigs(flags, log);
  if (configs === undefined) return 1;

  const native = openNative();
  const started = performance.now();
  const exporter = new Exporter({
    native,
    log,
    directory: flags.configDir,
    btfPath: flags.btfPath,
    version: project.version,
    skipCacheSize: flags.skipCacheSize,
  });
  let server: HttpServer | undefined;
  try {
    await exporter.load(configs, stop);
    if (stop.aborted) return 0;
    const ms = Math.round(performance.now() - started);
    log.info(`Started with ${exporter.programs.length} programs found in the config in ${ms} ms`);
    const mustBeComplete = flags.configCheck || flags.configStrict;
    const complete = reportIncomplete(exporter, mustBeComplete ? log.error : log.warn);
    if (flags.configCheck && complete) log.info('Checked: everything loads and attaches');
    if (flags.configCheck || (flags.configStrict && !complete)) return complete ? 0 : 1;
    server = await serve(address, {
      routes: routes(flags, exporter),
      links: [
        { path: flags.telemetryPath, text: 'Metrics' },
        ...(flags.debug ? [{ path: '/maps', text: 'Raw maps' }] : []),
      ],
      onError: log.error,
    });
    log.info(`Listening on ${flags.listenAddress}, metrics at ${flags.telemetryPath}`);
    notify(native, log, 'READY=1');
    if (!stop.aborted) await once(stop, 'abort');
    log.info(`Stopping on ${stop.reason}`);
    notify(native, log, 'STOPPING=1');
    return 0;
  } finally {
    await server?.close();
    exporter.close();
  }
}

function checkFlags(flags: Flags): void {
  if (flags.keepCapabilities !== 'all') {
    throw new ExporterError(
      'not_supported',
      `--capabilities.keep ${flags.keepCapabilities}: only "all" is supported yet`,
    );
  }
  if (!flags.telemetryPath.startsWith('/')) {
    throw new ExporterError('usage', `--web.telemetry-path "${flags.telemetryPath}" must start with a slash`);
  }
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

/** Names what does not work, each as config:program. True when everything does. */
function reportIncomplete(exporter: Exporter, report: (message: string) => void): boolean {
  const unattached = exporter.programs.filter(({ attached }) => !attached);
  if (unattached.length > 0) {
    report(`Not attached: ${unattached.map(({ config, name }) => `${config}:${name}`).join(', ')}`);
  }
  if (exporter.disabledMetrics > 0) report(`Metrics disabled: ${exporter.disabledMetrics}`);
  return unattached.length === 0 && exporter.disabledMetrics === 0;
}

function routes(flags: Flags, exporter: Exporter): Routes {
  return {
    [flags.telemetryPath]: ({ headers }) => {
      const format = flags.openMetrics ? chooseFormat(headers.accept) : 'text';
      return { type: contentTypes[format], parts: exporter.page(format) };
    },
    ...(flags.debug
      ? {
          '/maps': async () => ({
            type: 'text/plain; charset=utf-8',
            parts: whole(await exporter.rawMaps()),
          }),
        }
      : {}),
  };
}

function notify(native: Native, log: Log, state: string): void {
  notifySystemd(native, log, process.env.NOTIFY_SOCKET, state);
}
