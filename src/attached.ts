import type { BpfMap } from './bpf/loaded-object.ts';
import type { PerfOutput } from './bpf/perf-output.ts';
import type { OpenNotifications } from './cgroups/open-notifications.ts';
import type { Config } from './config/spec.ts';

/**
 * What loading leaves behind, and all that serving needs: plain data. It survives a structured clone and, with the
 * descriptors that it names, execve(2).
 */
export type Attached = {
  /** In the order that was asked for. */
  readonly configs: readonly AttachedConfig[];
  /** Configs that were asked for and are not in the kernel. */
  readonly failed: readonly FailedConfig[];
  /** What the kernel tells of cgroups. Whoever serves owns the descriptors. */
  readonly cgroupNotifications: readonly OpenNotifications[];
  /** As libbpf_num_possible_cpus() says: a lookup in a per-CPU map fills that many values. */
  readonly possibleCpus: number;
  readonly libbpfVersion: string;
};

/** A config whose object is in the kernel. */
export type AttachedConfig = {
  readonly config: Config;
  readonly objectPath: string;
  /** The file that the object was, see `identityOf`. */
  readonly objectFile: string;
  readonly maps: readonly BpfMap[];
  readonly programs: readonly AttachedProgram[];
  /** Of each perf event array that is read, by its name. */
  readonly perfOutputs: ReadonlyMap<string, PerfOutputs>;
  /**
   * Everything that is open for it. Each must stay open for as long as the config is served: a prog array is emptied, a
   * bpf_timer cancelled and a program detached when the last descriptor is closed.
   */
  readonly descriptors: readonly Descriptor[];
};

export type AttachedProgram = {
  readonly name: string;
  readonly section: string;
  /** Why it is not attached; undefined when it is. */
  readonly reason: string | undefined;
} & (ProgramInKernel | LeftOutProgram);

export type ProgramInKernel = {
  readonly fd: number;
  /** As the kernel numbers it. */
  readonly id: number;
  /** 16 hex digits. */
  readonly tag: string;
  /** Of an iterator program, the link that runs it when it is read: before each reading of its config's maps. */
  readonly iterator?: number | undefined;
  /** Of an XDP program, the link that holds its interface, at which another may take its place. */
  readonly xdpLink?: number | undefined;
};

/** One that was left out before its object was loaded: this kernel or libbpf has nothing of what its section names. */
export type LeftOutProgram = {
  readonly fd?: never;
  readonly id?: never;
  readonly tag?: never;
  readonly iterator?: never;
  readonly xdpLink?: never;
};

/** What the records of each CPU go to, or why they cannot be received. */
export type PerfOutputs = readonly PerfOutput[] | { readonly reason: string };

/** `what` as /proc/self/fd has it: `anon_inode:bpf-map`, `anon_inode:bpf_link`, `anon_inode:[perf_event]` and so on. */
export type Descriptor = { readonly fd: number; readonly what: string };

export type FailedConfig = { readonly name: string; readonly reason: string };
