import type { AttachedConfig } from '../attached.ts';
import type { Config } from '../config/spec.ts';
import { ExporterError } from '../errors.ts';
import { checkCgroupIdMap, checkNotified } from './check-cgroup-id-map.ts';
import { checkMapSettings } from './check-map-settings.ts';
import type { LoadOptions } from './load-config.ts';
import type { Loader } from './loader.ts';
import { openAllPerfOutputs } from './perf-outputs.ts';

/**
 * A config on the maps and programs that are there: nothing is loaded. Where a metric reads a perf event array that none
 * read before, its perf events are opened; `undo` gets what closes them. Throws what `loadConfig` throws of the maps, and
 * `privileges`.
 */
export function rebind(
  loader: Loader,
  old: AttachedConfig,
  config: Config,
  { notNotified }: Pick<LoadOptions, 'notNotified'>,
  undo: (() => void)[],
): AttachedConfig {
  const { objectPath, maps } = old;
  checkMapSettings(config.maps, maps, objectPath);
  checkNotified(config, notNotified);
  if (config.cgroupIdMap !== undefined) checkCgroupIdMap(config.cgroupIdMap, maps, objectPath);
  const wanted = new Set(config.metrics.map(({ map }) => map));
  const news = maps.filter(({ name }) => wanted.has(name) && !old.perfOutputs.has(name));
  const outputs = openAllPerfOutputs(loader.native, news, (map) => config.maps.get(map)?.pages);
  undo.push(outputs.close);
  for (const opened of outputs.byMap.values()) {
    if ('reason' in opened)
      throw new ExporterError('privileges', `Config "${config.name}": ${opened.reason}`);
  }
  loader.alsoClose(old, outputs.close);
  return { ...old, config, perfOutputs: new Map([...old.perfOutputs, ...outputs.byMap]) };
}
