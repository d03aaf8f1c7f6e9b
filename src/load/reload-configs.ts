import { setImmediate } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { Attached, AttachedConfig, FailedConfig } from '../attached.ts';
import type { Config } from '../config/spec.ts';
import { ExporterError } from '../errors.ts';
import { checkCapabilities } from './check-capabilities.ts';
import type { LoadOptions } from './load-config.ts';
import type { Loader } from './loader.ts';
import type { KnownObjects } from './object-file.ts';
import { rebind } from './rebind.ts';

export type ReloadOptions = Omit<LoadOptions, 'replaces'> & {
  readonly loader: Loader;
  readonly objects: KnownObjects;
  readonly stop: AbortSignal;
};

/** What became of each config; those that failed are as they were before. */
export type Reloaded = {
  readonly attached: Attached;
  readonly unchanged: readonly string[];
  /** On the maps and programs that there were. */
  readonly rebound: readonly string[];
  readonly loaded: readonly string[];
  readonly failed: readonly FailedConfig[];
  /** Takes out what `attached` has no more, when nobody reads it, or what it has anew, when it is not to be. */
  done(): void;
  undo(): void;
};

/**
 * Brings what is attached to what the configs say now. One that is the same is the very same object in the result. One
 * whose object, variables and sizes of maps are the same keeps its maps and programs; any other is loaded and attached
 * before what it replaces is taken out, by `done`. Throws `privileges`, before anything changed, when that takes
 * capabilities that this process does not have.
 */
export async function reloadConfigs(
  current: Attached,
  configs: readonly Config[],
  options: ReloadOptions,
): Promise<Reloaded> {
  const { loader, objects, stop } = options;
  const before = new Map(current.configs.map((one) => [one.config.name, one]));
  const results = new Map<string, AttachedConfig>();
  const failed = new Map<string, string>();
  const undo: (() => void)[] = [];
  const attempt = (name: string, work: () => AttachedConfig): void => {
    try {
      results.set(name, work());
    } catch (thrown) {
      if (!(thrown instanceof ExporterError) || thrown.code === 'privileges') throw thrown;
      failed.set(name, thrown.message);
    }
  };
  const plans = configs.map((config) => ({ config, how: planOf(config, before.get(config.name), objects) }));
  const named = (wanted: Plan): string[] =>
    plans.flatMap(({ config: { name }, how }) => (how === wanted && !failed.has(name) ? [name] : []));
  const toLoad = plans.flatMap(({ config, how }) => (how === 'load' ? [config] : []));
  try {
    if (toLoad.length > 0) checkCapabilities(loader, toLoad, options);
    for (const { config, how } of plans) {
      const old = before.get(config.name)!;
      if (how === 'keep') results.set(config.name, old);
      if (how === 'rebind') attempt(config.name, () => rebind(loader, old, config, options, undo));
    }
    for (const config of toLoad) {
      await setImmediate(); // scrapes go on between two of them
      if (stop.aborted) break;
      const replaces = before.get(config.name);
      attempt(config.name, () => {
        const loaded = loader.load(config, { ...options, replaces });
        undo.push(() => loader.unload(loaded));
        return loaded;
      });
    }
    const anew = new Set(toLoad.map(({ name }) => name));
    for (const config of loader.finish(
      [...results.values()].filter(({ config: { name } }) => anew.has(name)),
    )) {
      results.set(config.config.name, config);
    }
  } catch (thrown) {
    for (const step of undo.reverse()) step();
    throw thrown;
  }
  const attached: Attached = {
    ...current,
    configs: configs.flatMap(({ name }) => results.get(name) ?? before.get(name) ?? []),
    failed: [...failed].filter(([name]) => !before.has(name)).map(([name, reason]) => ({ name, reason })),
  };
  const kept = new Set(attached.configs.map(({ maps }) => maps));
  return {
    attached,
    unchanged: named('keep'),
    rebound: named('rebind'),
    loaded: named('load'),
    failed: [...failed].map(([name, reason]) => ({ name, reason })),
    done() {
      for (const old of current.configs) if (!kept.has(old.maps)) loader.unload(old);
    },
    undo() {
      for (const step of undo.splice(0).reverse()) step();
    },
  };
}

type Plan = 'keep' | 'rebind' | 'load';

function planOf(config: Config, old: AttachedConfig | undefined, objects: KnownObjects): Plan {
  if (old === undefined || !isDeepStrictEqual(atLoad(config), atLoad(old.config))) return 'load';
  if (!objects.isSame(old.objectPath, old.objectFile)) return 'load';
  return isDeepStrictEqual(config, old.config) ? 'keep' : 'rebind';
}

/** What of a config is in its object once that is in the kernel. */
function atLoad({ kaddrs, variables, maps }: Config): unknown {
  const sizes = [...maps].map(([name, { maxEntries, pages }]) => [name, maxEntries, pages]);
  return { kaddrs, variables, sizes: sizes.filter(([, ...given]) => given.some((one) => one !== undefined)) };
}
