import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mapTypes } from '../bpf/map-types.ts';
import { checkMapSettings } from './check-map-settings.ts';

const maps = [
  { name: 'counts', type: mapTypes.hash },
  { name: 'events', type: mapTypes.perf_event_array },
];
const of = (
  name: string,
  pages: number | undefined,
): Map<string, { maxEntries: undefined; pages: typeof pages; expireAfterMs: undefined }> =>
  new Map([[name, { maxEntries: undefined, pages, expireAfterMs: undefined }]]);

test('settings of maps that are there are sound', () => {
  checkMapSettings(new Map([...of('counts', undefined), ...of('events', 8)]), maps, 'x.bpf.o');
});

test('settings of no map are an error that names those that there are', () => {
  assert.throws(() => checkMapSettings(of('count', undefined), maps, 'x.bpf.o'), {
    code: 'map_missing',
    message: 'x.bpf.o has no map "count", for which there are settings; its maps: "counts", "events"',
  });
});

test('pages of a map that has none are an error', () => {
  assert.throws(() => checkMapSettings(of('counts', 8), maps, 'x.bpf.o'), {
    code: 'map_layout',
    message: 'Cannot set pages of map "counts": it is of type hash; perf_event_array is needed',
  });
});
