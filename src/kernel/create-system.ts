import { Changes } from './changes.ts';
import { createDevices } from './devices.ts';
import { createInterfaces, type ListInterfaces } from './interfaces.ts';
import { createPciIds } from './pci-ids.ts';
import { Symbols } from './symbols.ts';
import type { CgroupNames, Cgroups, Containers, System } from './system.ts';

export type SystemOptions = {
  /** Where /proc is found; `/` unless told. */
  readonly root?: string;
  /** Where the host's root is, with its pci.ids; `root` unless told. */
  readonly rootfs?: string;
  /** Lists the interfaces of our network namespace. */
  readonly listInterfaces: ListInterfaces;
  /** Told at most once for each thing that is missing. */
  readonly warn: (message: string) => void;
  /** See `SymbolsOptions`. */
  readonly kallsyms?: number | undefined;
  /** Knows no cgroup unless told. */
  readonly cgroups?: Cgroups;
  /** Knows no container unless told. */
  readonly containers?: Containers;
};

/** The running system. Reads nothing until it is asked; an answer that cannot be had is `undefined` and a warning. */
export function createSystem({
  root = '/',
  rootfs = root,
  listInterfaces,
  warn,
  kallsyms,
  cgroups,
  containers,
}: SystemOptions): System {
  const noCgroups: CgroupNames = { refresh() {}, changes: new Changes(), path: () => undefined };
  return {
    symbols: new Symbols({ root, warn, file: kallsyms }),
    interfaces: createInterfaces(listInterfaces, warn),
    devices: createDevices(root, warn),
    pci: createPciIds(rootfs, warn),
    cgroups: cgroups ?? { hierarchy: () => noCgroups },
    containers: containers ?? { refresh() {}, changes: new Changes(), find: () => undefined },
  };
}
