import { parseConfigs } from '../config/parse-configs.ts';
import { formatProblem } from '../config/problem.ts';
import type { Config } from '../config/spec.ts';
import { messageOf } from '../errors.ts';
import type { Flags } from '../flags.ts';
import type { KernelSymbols } from '../kernel/system.ts';
import type { Loader } from '../load/loader.ts';
import type { KnownObjects } from '../load/object-file.ts';
import { type Reloaded, reloadConfigs } from '../load/reload-configs.ts';
import { wantedHierarchies } from '../load/wanted-hierarchies.ts';
import type { Log } from '../process/log.ts';
import type { Exporter } from '../serve/exporter.ts';
import type { LastReload } from '../serve/service-families.ts';
import type { Tracing } from '../tracing/tracing.ts';

export type ReloaderOptions = {
  readonly flags: Flags;
  readonly log: Log;
  readonly stop: AbortSignal;
  readonly exporter: Exporter;
  readonly loader: Loader;
  readonly symbols: KernelSymbols;
  readonly objects: KnownObjects;
  /** Where its outcome is kept for metrics. */
  readonly last: LastReload;
  /** Tells the service manager. */
  notify(state: string): void;
  /** Where spans of these configs go to. */
  tracingFor(configs: readonly Config[]): Tracing | undefined;
};

/** `text` is of one line, or of one for each thing that is wrong. */
export type Outcome = { readonly ok: boolean; readonly text: string };

/** Reads the configs again. */
export class Reloader {
  readonly #options: ReloaderOptions;

  constructor(options: ReloaderOptions) {
    this.#options = options;
  }

  /** Never rejects. Logs the outcome. */
  async reload(): Promise<Outcome> {
    const { log, last, notify } = this.#options;
    // sd_notify(3): the manager pairs the message with the reload that it asked for by the time.
    notify(`RELOADING=1\nMONOTONIC_USEC=${process.hrtime.bigint() / 1000n}`);
    let outcome: Outcome;
    try {
      outcome = await this.#attempt();
    } catch (thrown) {
      outcome = { ok: false, text: messageOf(thrown) };
    }
    notify('READY=1');
    last.successful = outcome.ok;
    if (outcome.ok) last.successSeconds = Date.now() / 1000;
    if (outcome.ok) log.info(`Reloaded: ${outcome.text}`);
    else log.error(`Reload failed: ${outcome.text}`, { code: 'reload' });
    return outcome;
  }

  async #attempt(): Promise<Outcome> {
    const { flags, log, stop, exporter, loader, symbols, objects, tracingFor } = this.#options;
    const strict = flags.configStrict;
    const { configs, problems, warnings } = parseConfigs(flags.configDir, flags.configNames, { strict });
    for (const warning of warnings) log.warn(formatProblem(warning), { code: 'config' });
    if (problems.length > 0) {
      return { ok: false, text: `${problems.map(formatProblem).join('\n')}\nnothing was changed` };
    }
    const { cgroups } = exporter;
    for (const wanted of wantedHierarchies(configs)) cgroups.hierarchy(wanted);
    cgroups.open(); // before anything attaches, so that no cgroup that a program meets is missed
    const asksForIds = configs.some(({ cgroupIdMap }) => cgroupIdMap !== undefined);
    const reloaded = await reloadConfigs(exporter.attached, configs, {
      directory: flags.configDir,
      btfPath: flags.btfPath,
      rootfs: flags.rootfs,
      symbols,
      log,
      stop,
      loader,
      objects,
      strict,
      notNotified: asksForIds ? cgroups.whyNotNotified(undefined) : undefined,
    });
    try {
      await exporter.adopt(reloaded.attached, tracingFor(configs));
    } catch (thrown) {
      reloaded.undo();
      throw thrown;
    }
    reloaded.done();
    for (const { objectPath, objectFile } of reloaded.attached.configs) {
      objects.remember(objectPath, objectFile);
    }
    return outcomeOf(reloaded);
  }
}

function outcomeOf({ unchanged, rebound, loaded, failed }: Reloaded): Outcome {
  const parts: [what: string, names: readonly string[]][] = [
    ['unchanged', unchanged],
    ['changed on the same programs', rebound],
    ['loaded', loaded],
  ];
  const done = parts
    .filter(([, names]) => names.length > 0)
    .map(([what, names]) => `${what} ${names.join(', ')}`)
    .join('; ');
  if (failed.length === 0) return { ok: true, text: done };
  const reasons = failed.map(({ name, reason }) => `config "${name}" is as it was before: ${reason}`);
  return { ok: false, text: [...reasons, ...(done === '' ? [] : [done])].join('\n') };
}
