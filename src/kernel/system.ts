import type { Changes } from './changes.ts';

/**
 * What the running system knows that decoders ask for. Each member does its reading when it is first asked, never before.
 * Tests inject plain objects; the real ones are made in src/kernel by `createSystem`.
 */
export type System = {
  readonly symbols: KernelSymbols;
  readonly interfaces: Interfaces;
  readonly devices: BlockDevices;
  readonly pci: PciIds;
  readonly cgroups: Cgroups;
  readonly containers: Containers;
};

/**
 * Names that come, go and change while we run. Who decodes notes on which bits an answer rests (`unknownName`,
 * `nameBit`; none: it is final) and keeps the answer until `changes` has one of them.
 */
export type Changing = {
  /**
   * Looks whether something has changed, and notes it. Whoever is about to decode, or to show what was decoded, calls
   * it as often as it likes: it looks again only after some time. Reads nothing before the first question.
   */
  refresh(): void;
  readonly changes: Changes;
  /** A name given once remains right when it is unknown later: what had it will never have another. */
  readonly lasting?: boolean;
};

export type KernelSymbols = Changing & {
  /** The symbol at exactly this address: `NAME`, or `NAME<TAB>[MODULE]`. */
  at(address: bigint): string | undefined;
  /** The symbol whose code covers this address, in the same form. */
  covering(address: bigint): string | undefined;
  /** The address of the first symbol of that name; undefined when there is none or addresses are hidden from us. */
  addressOf(name: string): bigint | undefined;
};

export type Interfaces = Changing & {
  /** Name of a network interface of our network namespace. */
  name(index: number): string | undefined;
};

export type BlockDevices = Changing & {
  /** Name of a block device as in /proc/partitions. */
  name(major: number, minor: number): string | undefined;
};

/** Names of the pci.ids database. */
export type PciIds = {
  /** False when the machine has no pci.ids. */
  readonly present: boolean;
  vendor(vendor: number): string | undefined;
  device(vendor: number, device: number): string | undefined;
  class(classId: number): string | undefined;
  subclass(classId: number, subclass: number): string | undefined;
};

export type CgroupNames = Changing & {
  /** Absolute path of the cgroup's directory, never of one in another hierarchy. */
  path(id: bigint): string | undefined;
};

/** Names by hierarchy, to which an id belongs. */
export type Cgroups = {
  /** By a v1 controller (`memory`), `systemd`, or `cgroup2`; undefined is the one that programs get ids of. */
  hierarchy(name: string | undefined): CgroupNames;
};

/** What this node's container runtime says of a container. Empty where that does not apply. */
export type Container = {
  readonly pod: string;
  readonly namespace: string;
  /** Its name in the pod, or its own. */
  readonly container: string;
  /** As it was asked for: `docker.io/library/nginx:1.27`. */
  readonly image: string;
};

export type Containers = Changing & {
  /** By the 64 hex digits of its id. */
  find(id: string): Container | undefined;
};
