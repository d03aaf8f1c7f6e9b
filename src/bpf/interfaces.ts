import type { Native } from '../native/library.ts';

/** A network interface of this process's network namespace. */
export type NetworkInterface = { readonly index: number; readonly name: string };

const entryBytes = 16; // struct if_nameindex (net/if.h): u32 index, padding, char *name

/** if_nameindex(3): from netlink, so that it is right in any network namespace, whatever sysfs is mounted. */
export function listInterfaces(native: Native): NetworkInterface[] {
  const list = native.c.if_nameindex();
  if (list === null) return [];
  const found: NetworkInterface[] = [];
  for (let at = list; ; at += BigInt(entryBytes)) {
    const entry = native.read(at, entryBytes);
    const index = entry.readUInt32LE(0);
    if (index === 0) break;
    found.push({ index, name: native.text(entry.readBigUInt64LE(8)) });
  }
  native.c.if_freenameindex(list);
  return found;
}
