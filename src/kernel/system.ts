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
};

/**
 * Answers that may change while we run. Label values made from them are kept by the series table until `generation`
 * changes. `refresh` is called at most once before each scrape that needs it; it must be cheap when nothing changed and
 * it raises `generation` exactly when an answer given before (a name or an "unknown") may now be another.
 */
export type Changing = {
  refresh(): void;
  readonly generation: number;
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

export type Cgroups = Changing & {
  /** Absolute path of the cgroup's directory. */
  path(id: bigint): string | undefined;
};
