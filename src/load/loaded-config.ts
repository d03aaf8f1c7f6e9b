import { join } from 'node:path';
import { type AttachedProgram, attachProgram } from '../bpf/attach.ts';
import { type BpfContext, type BpfMap, type LoadedObject, OpenedObject } from '../bpf/object.ts';
import { type ProgramInfo, readProgramInfo } from '../bpf/program-info.ts';
import type { Config } from '../config/spec.ts';
import { ExporterError } from '../errors.ts';
import type { KernelSymbols } from '../kernel/system.ts';
import type { Log } from '../process/log.ts';

/** A config whose programs are in the kernel and, but for those with an `error`, attached. */
export type LoadedConfig = {
  readonly config: Config;
  readonly objectPath: string;
  readonly maps: readonly BpfMap[];
  readonly programs: readonly (AttachedProgram & Pick<ProgramInfo, 'id' | 'tag'>)[];
  /** Detaches and unloads everything. Can be called twice. */
  close(): void;
};

export type LoadOptions = {
  readonly directory: string;
  /** A kernel's BTF in place of the running one's. */
  readonly btfPath: string | undefined;
  readonly symbols: KernelSymbols;
  readonly log: Log;
};

/**
 * Opens, loads and attaches one config. Throws `object_open`, `object_load`, `symbol_unknown`; nothing is left in the
 * kernel then. A program that does not attach is logged and keeps its error.
 */
export function loadConfig(context: BpfContext, config: Config, options: LoadOptions): LoadedConfig {
  if (config.cgroupIdMap !== undefined) {
    throw new ExporterError('not_supported', `Config "${config.name}": cgroup_id_map is not supported yet`);
  }
  if (config.spans.length > 0) {
    options.log.warn(`Config "${config.name}": spans are not supported yet and are not exported`);
  }
  const objectPath = join(options.directory, `${config.name}.bpf.o`);
  const opened = new OpenedObject(context, objectPath, options.btfPath);
  try {
    for (const symbol of config.kaddrs)
      opened.setKernelAddress(symbol, addressOf(symbol, config, options.symbols));
  } catch (thrown) {
    opened.close();
    throw thrown;
  }
  const object = opened.load();
  const programs = attachAll(context, object);
  for (const { error } of programs) {
    if (error !== undefined) options.log.warn(`Config "${config.name}": ${error.message}`);
  }
  return {
    config,
    objectPath,
    maps: object.maps,
    programs,
    close() {
      for (const program of programs) program.detach();
      object.close();
    },
  };
}

/** Asks the kernel about every program before any is attached: what can fail leaves nothing attached. */
function attachAll(context: BpfContext, object: LoadedObject): LoadedConfig['programs'] {
  const programs = object.programs.filter((program) => program.autoattach);
  try {
    const infos = programs.map((program) => readProgramInfo(context.native, program.fd));
    return programs.map((program, i) => ({ ...attachProgram(context, program), ...infos[i]! }));
  } catch (thrown) {
    object.close();
    throw thrown;
  }
}

function addressOf(symbol: string, config: Config, symbols: KernelSymbols): bigint {
  const address = symbols.addressOf(symbol);
  if (address !== undefined) return address;
  throw new ExporterError(
    'symbol_unknown',
    `Config "${config.name}": kaddrs symbol "${symbol}" is not in /proc/kallsyms, or its address is hidden (CAP_SYSLOG and kernel.kptr_restrict below 2 show it)`,
  );
}
