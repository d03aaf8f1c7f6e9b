import { busybox, hasCommand } from './place.ts';

/** Why there can be no guests here; undefined when there can. */
export function missingForGuests(): string | undefined {
  if (process.arch !== 'x64') return `guests are x86-64, this machine is ${process.arch}`;
  if (!hasCommand('qemu-system-x86_64')) return 'there is no qemu-system-x86_64 (package qemu-system-x86)';
  if (!hasCommand('setpriv')) return 'there is no setpriv (package util-linux)';
  if (busybox() === undefined)
    return 'there is no static busybox below build/debian (package busybox-static)';
  return undefined;
}
