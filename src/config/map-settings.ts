import * as v from 'valibot';
import { durationMs, durationPattern } from './duration.ts';
import { about, listOf, mapping, matching, needed, whole } from './schema-parts.ts';
import type { MapSettings, VariableText } from './spec.ts';

const powerOfTwo = 'a power of two, 1 to 65536,';

const settings = v.pipe(
  mapping({
    max_entries: v.pipe(
      v.optional(v.pipe(whole(1), v.maxValue(0xffffffff, needed('a number of 32 bits')))),
      about('Entries that the map has room for; of a ring buffer its bytes'),
    ),
    pages: v.pipe(
      v.optional(
        v.pipe(
          v.number(needed(powerOfTwo)),
          v.check(
            (pages) => Number.isInteger(Math.log2(pages)) && pages >= 1 && pages <= 65_536,
            needed(powerOfTwo),
          ),
        ),
      ),
      about('Pages of memory for each CPU of a perf event array'),
    ),
    expire_after: v.pipe(
      v.optional(matching(durationPattern, 'a duration such as 300ms, 30s, 5m or 1h30m')),
      about('Of a hash: how long nothing changed in a label set until its entries are deleted'),
    ),
  }),
  v.transform(
    ({ max_entries: maxEntries, pages, expire_after: expireAfter }): MapSettings => ({
      maxEntries,
      pages,
      expireAfterMs: durationMs(expireAfter ?? '0') || undefined,
    }),
  ),
);

/** `maps`: settings by the names of maps. */
export const mapSettings: v.GenericSchema<unknown, ReadonlyMap<string, MapSettings>> = v.map(
  v.string(),
  settings,
  needed('a mapping of maps to their settings'),
);

const variable = 'a text, a number or a list of them';

/** `variables`: values of global variables; their types are the object's to say. */
export const variables: v.GenericSchema<unknown, ReadonlyMap<string, VariableText>> = v.map(
  matching(/^[A-Za-z_]\w*$/, 'a C identifier'),
  v.union([v.string(), listOf(v.string(needed('a text or a number')), 'values')], needed(variable)),
  needed('a mapping of variables to values'),
);
