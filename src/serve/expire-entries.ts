import type { BpfMap } from '../bpf/loaded-object.ts';
import { isHash, mapTypeName } from '../bpf/map-types.ts';
import { ExporterError } from '../errors.ts';
import { Expiry } from '../metrics/expiry.ts';
import type { MapReading } from '../metrics/map-reading.ts';
import { SeriesTable } from '../metrics/series-table.ts';
import type { ErrorCounts } from './error-counts.ts';

/** Throws `map_layout` unless entries of the map can be deleted. */
export function checkExpires({ name, type }: Pick<BpfMap, 'name' | 'type'>): void {
  if (isHash(type)) return;
  throw new ExporterError(
    'map_layout',
    `Cannot expire entries of map "${name}": it is of type ${mapTypeName(type)}, whose entries cannot be deleted; a hash is needed, or no expire_after`,
  );
}

/** Has the entries of a map deleted after readings, by the label sets of all of its metrics, which are known by now. */
export function expireEntries(reading: MapReading, afterMs: number, map: string, counts: ErrorCounts): void {
  const tables = reading.sinks.filter((sink) => sink instanceof SeriesTable);
  for (const table of tables) table.watchChanges();
  const { source } = reading;
  const expiry = new Expiry({ afterMs, source, onExpired: (entries) => counts.countExpired(map, entries) });
  reading.addAfter(() => expiry.run(tables, performance.now()));
}
