import type { Native } from '../native/library.ts';
import { type KernelTypes, openKernelTypes } from './kernel-types.ts';
import type { LibbpfLog } from './libbpf-log.ts';
import { type MachineFacts, readMachineFacts } from './machine-facts.ts';

/** What every operation on objects needs. */
export type BpfContext = {
  readonly native: Native;
  readonly log: LibbpfLog;
  readonly facts: () => MachineFacts;
  /** Program types (`enum bpf_prog_type`) of which this process had a program in the kernel. */
  readonly loadedTypes: Set<number>;
  /** Of the running kernel, read when first asked for (20 ms and some MB): objects that are loaded together share it. */
  kernelTypes(): KernelTypes | undefined;
  /** Gives that memory back. Can be called twice, and between two objects. */
  forgetKernelTypes(): void;
};

/** The context of this process; the machine is looked at when something was refused. */
export function createBpfContext(native: Native, log: LibbpfLog): BpfContext {
  let facts: MachineFacts | undefined;
  let types: { known: KernelTypes | undefined } | undefined;
  return {
    native,
    log,
    facts: () => {
      facts ??= readMachineFacts();
      return facts;
    },
    loadedTypes: new Set(),
    kernelTypes() {
      types ??= { known: openKernelTypes(native) };
      return types.known;
    },
    forgetKernelTypes() {
      types?.known?.close();
      types = undefined;
    },
  };
}
