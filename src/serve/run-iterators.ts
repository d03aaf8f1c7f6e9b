import type { AttachedConfig } from '../attached.ts';
import { runIterator } from '../bpf/iterator.ts';
import { messageOf } from '../errors.ts';
import type { Native } from '../native/library.ts';
import type { Write } from '../process/log.ts';
import { inSlices } from './in-slices.ts';

/** Runs the iterator programs of a config, which bring its maps up to date. False when one of them failed. */
export async function runIterators(
  native: Native,
  { config, programs }: AttachedConfig,
  logError: Write,
  ended: () => boolean,
): Promise<boolean> {
  let success = true;
  for (const { name, iterator: link } of programs) {
    if (link === undefined || ended()) continue;
    try {
      await inSlices(runIterator(native, { name, link }), ended);
    } catch (thrown) {
      logError(`Config "${config.name}": ${messageOf(thrown)}`, { code: 'map_read' });
      success = false;
    }
  }
  return success;
}
