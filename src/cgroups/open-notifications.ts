import { messageOf } from '../errors.ts';
import type { Native } from '../native/library.ts';
import { openNotifications } from './fanotify.ts';
import { findHierarchy, readCgroupMounts } from './mounts.ts';

/** Of the hierarchy on a device, as mountinfo has it. Plain data. */
export type OpenNotifications = { readonly device: string; readonly fd: number };

/**
 * Opens the notifications of hierarchies while that is allowed, for a `SystemCgroups` that is made when it may not be any
 * more. What cannot be opened is left out, with a reason for those who cannot do without it.
 */
export function openAllNotifications(
  native: Native,
  wanted: Iterable<string | undefined>,
  refused: (wanted: string | undefined, reason: string) => void,
): readonly OpenNotifications[] {
  const opened = new Map<string, number>();
  const names = [...wanted];
  const mounts = names.length > 0 ? readCgroupMounts() : [];
  for (const name of names) {
    const mount = findHierarchy(mounts, name);
    if (mount === undefined) refused(name, 'no cgroup hierarchy is mounted');
    if (mount === undefined || opened.has(mount.device)) continue;
    try {
      opened.set(mount.device, openNotifications(native, mount.path));
    } catch (thrown) {
      refused(name, messageOf(thrown));
    }
  }
  return [...opened].map(([device, fd]) => ({ device, fd }));
}
