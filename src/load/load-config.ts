import { join } from 'node:path';
import type { AttachedConfig, AttachedProgram, ProgramInKernel } from '../attached.ts';
import { attachProgram } from '../bpf/attach.ts';
import { postAttachMarkSection } from '../bpf/attach-mark.ts';
import type { BinaryPlaces } from '../bpf/attach-uprobe.ts';
import type { BpfContext } from '../bpf/context.ts';
import type { LoadedObject, LoadedProgram } from '../bpf/loaded-object.ts';
import { OpenedObject } from '../bpf/object.ts';
import { readProgramInfo } from '../bpf/program-info.ts';
import { replaceXdpPrograms, type XdpReplacement } from '../bpf/replace-xdp.ts';
import type { Config } from '../config/spec.ts';
import { ExporterError } from '../errors.ts';
import type { KernelSymbols } from '../kernel/system.ts';
import type { Log } from '../process/log.ts';
import { StartTrace } from '../process/start-trace.ts';
import { checkCgroupIdMap, checkNotified } from './check-cgroup-id-map.ts';
import { checkMapSettings } from './check-map-settings.ts';
import { identityOf } from './object-file.ts';
import { openAllPerfOutputs } from './perf-outputs.ts';

export type LoadOptions = {
  readonly directory: string;
  /** A kernel's BTF in place of the running one's. */
  readonly btfPath: string | undefined;
  readonly symbols: KernelSymbols;
  /** Where the host's root is; `/` unless given. */
  readonly rootfs?: string | undefined;
  readonly log: Log;
  /** Where to note what is done. */
  readonly trace?: StartTrace | undefined;
  /** Why the kernel does not tell of the cgroups that programs get ids of; undefined when it does. */
  readonly notNotified: string | undefined;
  /** What is attached of the config's earlier self, whose place this one takes. */
  readonly replaces?: AttachedConfig | undefined;
  /** A program that does not attach is no reason to refuse the config, unless it does in what is replaced. */
  readonly strict?: boolean;
};

/** A config that is in the kernel until `close`, which can be called twice. */
export type LoadedConfig = {
  readonly plain: Omit<AttachedConfig, 'descriptors'>;
  /** Whether there are programs that are to run once. */
  readonly hasMarks: boolean;
  /** Detaches those, when they have run; can be called twice. */
  endMarks(): void;
  close(): void;
};

/**
 * Opens, loads and attaches one config. Throws `object_open`, `object_load`, `symbol_unknown`, `variable`, `map_missing`, `map_layout`,
 * `cgroup_id_map`; nothing is left in the kernel then. A program that does not attach is logged and keeps its reason.
 */
export function loadConfig(context: BpfContext, config: Config, options: LoadOptions): LoadedConfig {
  const { cgroupIdMap } = config;
  checkNotified(config, options.notNotified);
  const objectPath = join(options.directory, `${config.name}.bpf.o`);
  const objectFile = fileOf(objectPath);
  const { trace = new StartTrace('attach') } = options;
  const prepare = (): OpenedObject => prepareObject(context, config, objectPath, options);
  const opened = trace.now('new_module', {}, prepare);
  const object = trace.now('bpf_load_object', {}, () => loadWhatTheKernelKnows(opened, prepare));
  const undo = [(): void => object.close()];
  const close = (): void => {
    for (const step of undo.splice(0).reverse()) step();
  };
  try {
    checkMapSettings(config.maps, object.maps, objectPath);
    if (cgroupIdMap !== undefined) checkCgroupIdMap(cgroupIdMap, object.maps, objectPath);
    // Before anything is attached: what can fail leaves nothing attached, and no record of the first events is lost.
    const loaded = object.programs.filter((program) => program.autoattach);
    const infos = loaded.map(({ fd }) => readProgramInfo(context.native, fd));
    const read = new Set(config.metrics.map(({ map }) => map));
    const outputs = openAllPerfOutputs(
      context.native,
      object.maps.filter(({ name }) => read.has(name)),
      (map) => config.maps.get(map)?.pages,
    );
    undo.push(outputs.close);
    const { replaces } = options;
    const replacements = replaces === undefined ? [] : xdpReplacements(replaces, loaded);
    const attached = trace.now('attach_module', {}, () =>
      loaded.map((program) =>
        replacements.some(({ newProgram }) => newProgram === program.fd)
          ? placed(program)
          : attachTraced(
              context,
              program,
              { rootfs: options.rootfs ?? '/', beside: options.directory },
              trace,
            ),
      ),
    );
    undo.push(...attached.map(({ detach }) => detach));
    const programs: AttachedProgram[] = [
      ...attached.map(({ name, section, fd, error, iterator, xdpLink }, i) => {
        const { id, tag } = infos[i]!;
        return { name, section, fd, id, tag, iterator, xdpLink, reason: error?.message };
      }),
      ...object.leftOut.map(({ error, ...program }) => ({ ...program, reason: error.message })),
    ];
    checkAttached(programs, options);
    for (const { reason } of programs) {
      if (reason !== undefined) {
        options.log.warn(`Config "${config.name}": ${reason}`, { code: 'program_attach' });
      }
    }
    // At last: what may fail before leaves the old ones in their place.
    for (const [nth, xdpLink] of replaceXdpPrograms(context.native, replacements).entries()) {
      const at = programs.findIndex(({ fd }) => fd === replacements[nth]!.newProgram);
      programs[at] = { ...(programs[at] as AttachedProgram & ProgramInKernel), xdpLink };
      undo.push(() => context.native.c.close(xdpLink));
    }
    const marks = attached.filter(({ section }) => section === postAttachMarkSection);
    const plain = { config, objectPath, objectFile, maps: object.maps, programs, perfOutputs: outputs.byMap };
    return {
      plain,
      hasMarks: marks.length > 0,
      endMarks() {
        for (const { detach } of marks) detach();
      },
      close,
    };
  } catch (thrown) {
    close();
    throw thrown;
  }
}

/** Whatever is wrong with it, opening it says. */
function fileOf(path: string): string {
  try {
    return identityOf(path);
  } catch {
    return '';
  }
}

/** The XDP programs that take the places of others, which they would find taken. */
function xdpReplacements(replaces: AttachedConfig, programs: readonly LoadedProgram[]): XdpReplacement[] {
  return programs.flatMap(({ name, section, fd: newProgram }) =>
    replaces.programs.flatMap(({ section: held, xdpLink: link, fd: oldProgram }) =>
      held === section && link !== undefined ? [{ name, section, link, oldProgram, newProgram }] : [],
    ),
  );
}

/** A program that does not need to be attached any more. */
function placed({ name, section, fd }: LoadedProgram): ReturnType<typeof attachProgram> {
  return { name, section, fd, error: undefined, iterator: undefined, xdpLink: undefined, detach() {} };
}

/** Throws `program_attach` for a program that does not attach although the one that it replaces is. */
function checkAttached(programs: readonly AttachedProgram[], { replaces, strict }: LoadOptions): void {
  const isAttached = (one: AttachedProgram): boolean => one.reason === undefined;
  const lost = programs.find(
    ({ name, reason }) =>
      reason !== undefined &&
      (strict === true || replaces?.programs.some((old) => old.name === name && isAttached(old))),
  );
  if (lost !== undefined) throw new ExporterError('program_attach', lost.reason!);
}

/** Opens the object and sets what the config says of it. Throws what `loadConfig` does. */
function prepareObject(
  context: BpfContext,
  config: Config,
  path: string,
  { btfPath, symbols }: LoadOptions,
): OpenedObject {
  const opened = OpenedObject.open(context, path, btfPath);
  try {
    for (const symbol of config.kaddrs) opened.setKernelAddress(symbol, addressOf(symbol, config, symbols));
    for (const [name, value] of config.variables) opened.setVariable(name, value);
    for (const [name, { maxEntries }] of config.maps) {
      if (maxEntries !== undefined) opened.setMaxEntries(name, maxEntries);
    }
    return opened;
  } catch (thrown) {
    opened.close();
    throw thrown;
  }
}

/** Tries again without the programs whose targets this kernel lacks, if that may have been why the object did not load. */
function loadWhatTheKernelKnows(opened: OpenedObject, prepare: () => OpenedObject): LoadedObject {
  try {
    return opened.load();
  } catch (thrown) {
    if (!(thrown instanceof ExporterError) || thrown.code !== 'object_load') throw thrown;
    const again = prepare();
    if (again.leaveOutMissingTargets()) return again.load();
    again.close();
    throw thrown;
  }
}

function attachTraced(
  context: BpfContext,
  program: LoadedProgram,
  places: BinaryPlaces,
  trace: StartTrace,
): ReturnType<typeof attachProgram> {
  const attached = attachProgram(context, program, places);
  const { name, section, error } = attached;
  const attributes = { program: name, section };
  if (error === undefined) trace.event('attached', attributes);
  else trace.event('not attached', { ...attributes, reason: error.message });
  return attached;
}

function addressOf(symbol: string, config: Config, symbols: KernelSymbols): bigint {
  const address = symbols.addressOf(symbol);
  if (address !== undefined) return address;
  throw new ExporterError(
    'symbol_unknown',
    `Config "${config.name}": kaddrs symbol "${symbol}" is not in /proc/kallsyms, or its address is hidden (CAP_SYSLOG and kernel.kptr_restrict below 2 show it)`,
  );
}
