import type { BpfMap } from '../bpf/loaded-object.ts';
import { mapTypeName, mapTypes } from '../bpf/map-types.ts';
import type { Config } from '../config/spec.ts';
import { ExporterError } from '../errors.ts';

/** That the maps that a config has settings for are there, and can have them. Throws `map_missing` or `map_layout`. */
export function checkMapSettings(
  settings: Config['maps'],
  maps: readonly Pick<BpfMap, 'name' | 'type'>[],
  objectPath: string,
): void {
  for (const [name, { pages }] of settings) {
    const map = maps.find((one) => one.name === name);
    if (map === undefined) {
      const present = maps.map((one) => `"${one.name}"`).join(', ') || 'none';
      throw new ExporterError(
        'map_missing',
        `${objectPath} has no map "${name}", for which there are settings; its maps: ${present}`,
      );
    }
    if (pages !== undefined && map.type !== mapTypes.perf_event_array) {
      throw new ExporterError(
        'map_layout',
        `Cannot set pages of map "${name}": it is of type ${mapTypeName(map.type)}; perf_event_array is needed`,
      );
    }
  }
}
