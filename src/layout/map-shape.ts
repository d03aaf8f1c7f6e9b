import type { BpfMap } from '../bpf/loaded-object.ts';
import { ExporterError } from '../errors.ts';

/** What a metric needs to know of its map: all of it is there without a kernel. */
export type MapShape = Pick<BpfMap, 'name' | 'type' | 'keySize' | 'valueSize' | 'keyType' | 'valueType'>;

/** Why a map cannot be read as a metric wants it. */
export function refused({ name }: MapShape, why: string, what = 'map', how = ''): ExporterError {
  return new ExporterError('map_layout', `Cannot read ${what} "${name}"${how}: ${why}`);
}
