import type { AttachedConfig } from '../attached.ts';
import { triggerPostAttachMark } from '../bpf/attach-mark.ts';
import { type BpfContext, createBpfContext } from '../bpf/context.ts';
import { LibbpfLog } from '../bpf/libbpf-log.ts';
import type { BpfMap } from '../bpf/loaded-object.ts';
import type { Config } from '../config/spec.ts';
import type { Native } from '../native/library.ts';
import { dropped, type Log } from '../process/log.ts';
import { openDescriptors, openedSince } from './descriptors.ts';
import { type LoadedConfig, type LoadOptions, loadConfig } from './load-config.ts';

/** Brings configs into the kernel and takes them out again, those included that another process brought there. */
export class Loader {
  readonly native: Native;
  readonly #log: Log;
  /** By what stands for an object in the kernel, whatever is said of it anew. */
  readonly #loaded = new Map<readonly BpfMap[], LoadedConfig>();
  readonly #more = new Map<readonly BpfMap[], (() => void)[]>();
  #unmarked: LoadedConfig[] = [];
  #libbpf: { readonly log: LibbpfLog; readonly context: BpfContext } | undefined;

  constructor(native: Native, log: Log) {
    this.native = native;
    this.#log = log;
  }

  /** Loads libbpf when it is first asked for. Throws `object_open` when there is none. */
  get context(): BpfContext {
    if (this.#libbpf === undefined) {
      const log = LibbpfLog.open(
        this.native,
        (level, line) => this.#log[level](line, { source: 'libbpf' }),
        (level) => this.#log[level] !== dropped,
      );
      this.#libbpf = { log, context: createBpfContext(this.native, log) };
    }
    return this.#libbpf.context;
  }

  /** Throws what `loadConfig` does. `finish` is to be called when all are loaded. */
  load(config: Config, options: LoadOptions): AttachedConfig {
    const { context } = this;
    const before = openDescriptors();
    const loaded = loadConfig(context, config, options);
    this.#loaded.set(loaded.plain.maps, loaded);
    this.#unmarked.push(loaded);
    return { ...loaded.plain, descriptors: openedSince(before) };
  }

  /**
   * Runs the programs that run once when everything is attached, of configs that were loaded since, and gives back what
   * only loading needs. Gives the configs as they are then.
   */
  finish(configs: readonly AttachedConfig[]): readonly AttachedConfig[] {
    this.#libbpf?.context.forgetKernelTypes();
    const marked = this.#unmarked.filter(({ hasMarks }) => hasMarks);
    this.#unmarked = [];
    if (marked.length === 0) return configs;
    triggerPostAttachMark(this.native);
    for (const { endMarks } of marked) endMarks(); // they would run again at the next reload
    const open = new Set(openDescriptors().map(({ fd }) => fd));
    return configs.map((config) => ({
      ...config,
      descriptors: config.descriptors.filter(({ fd }) => open.has(fd)),
    }));
  }

  /** Has `close`, which can be called twice, called when this is taken out. */
  alsoClose({ maps }: AttachedConfig, close: () => void): void {
    this.#more.set(maps, [...(this.#more.get(maps) ?? []), close]);
  }

  /** Takes a config out of the kernel. */
  unload({ maps, descriptors }: AttachedConfig): void {
    for (const close of this.#more.get(maps) ?? []) close();
    this.#more.delete(maps);
    const loaded = this.#loaded.get(maps);
    this.#loaded.delete(maps);
    if (loaded !== undefined) loaded.close();
    else for (const { fd } of descriptors) this.native.c.close(fd);
  }

  /** Takes out all that it loaded. Can be called twice. */
  close(): void {
    for (const close of [...this.#more.values()].flat()) close();
    for (const config of this.#loaded.values()) config.close();
    this.#loaded.clear();
    this.#libbpf?.log.close();
    this.#libbpf = undefined;
  }
}
