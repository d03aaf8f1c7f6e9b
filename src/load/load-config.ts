import { join } from 'node:path';
import type { AttachedConfig, AttachedProgram } from '../attached.ts';
import { attachProgram } from '../bpf/attach.ts';
import type { BpfContext } from '../bpf/context.ts';
import { type LoadedObject, OpenedObject } from '../bpf/object.ts';
import { readProgramInfo } from '../bpf/program-info.ts';
import type { Config } from '../config/spec.ts';
import { ExporterError } from '../errors.ts';
import type { KernelSymbols } from '../kernel/system.ts';
import type { Log } from '../process/log.ts';

export type LoadOptions = {
  readonly directory: string;
  /** A kernel's BTF in place of the running one's. */
  readonly btfPath: string | undefined;
  readonly symbols: KernelSymbols;
  readonly log: Log;
};

/** A config that is in the kernel until `close`, which can be called twice. */
export type LoadedConfig = Omit<AttachedConfig, 'descriptors'> & { close(): void };

/**
 * Opens, loads and attaches one config. Throws `object_open`, `object_load`, `symbol_unknown`; nothing is left in the
 * kernel then. A program that does not attach is logged and keeps its reason.
 */
export function loadConfig(context: BpfContext, config: Config, options: LoadOptions): LoadedConfig {
  if (config.cgroupIdMap !== undefined) {
    throw new ExporterError('not_supported', `Config "${config.name}": cgroup_id_map is not supported yet`);
  }
  if (config.spans.length > 0) {
    options.log.warn(`Config "${config.name}": spans are not supported yet and are not exported`);
  }
  const objectPath = join(options.directory, `${config.name}.bpf.o`);
  const opened = OpenedObject.open(context, objectPath, options.btfPath);
  try {
    for (const symbol of config.kaddrs)
      opened.setKernelAddress(symbol, addressOf(symbol, config, options.symbols));
  } catch (thrown) {
    opened.close();
    throw thrown;
  }
  const object = opened.load();
  const { programs, detach } = attachAll(context, object);
  for (const { reason } of programs) {
    if (reason !== undefined) options.log.warn(`Config "${config.name}": ${reason}`);
  }
  return {
    config,
    objectPath,
    maps: object.maps,
    programs,
    close() {
      detach();
      object.close();
    },
  };
}

/** Asks the kernel about every program before any is attached: what can fail leaves nothing attached. */
function attachAll(
  context: BpfContext,
  object: LoadedObject,
): { readonly programs: readonly AttachedProgram[]; detach(): void } {
  const programs = object.programs.filter((program) => program.autoattach);
  try {
    const infos = programs.map((program) => readProgramInfo(context.native, program.fd));
    const attached = programs.map((program) => attachProgram(context, program));
    return {
      programs: [
        ...attached.map(({ name, section, fd, error }, i) => {
          const { id, tag } = infos[i]!;
          return { name, section, fd, id, tag, reason: error?.message };
        }),
        ...object.leftOut.map(({ error, ...program }) => ({ ...program, reason: error.message })),
      ],
      detach() {
        for (const program of attached) program.detach();
      },
    };
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
