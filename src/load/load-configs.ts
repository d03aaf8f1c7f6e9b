import { setImmediate } from 'node:timers/promises';
import type { Attached, AttachedConfig, FailedConfig } from '../attached.ts';
import { postAttachMarkSection, triggerPostAttachMark } from '../bpf/attach-mark.ts';
import { createBpfContext } from '../bpf/context.ts';
import { LibbpfLog } from '../bpf/libbpf-log.ts';
import { openAllNotifications } from '../cgroups/open-notifications.ts';
import type { Config } from '../config/spec.ts';
import { ExporterError } from '../errors.ts';
import type { Native } from '../native/library.ts';
import { writeError } from '../process/log.ts';
import { StartTrace } from '../process/start-trace.ts';
import { openDescriptors, openedSince } from './descriptors.ts';
import { type LoadedConfig, type LoadOptions, loadConfig } from './load-config.ts';
import { wantedHierarchies } from './wanted-hierarchies.ts';

/** What is in the kernel until `close`, which takes all of it out and can be called twice. */
export type Loaded = { readonly attached: Attached; close(): void };

/**
 * Loads and attaches configs in their order. One that does not load is logged, and the others go on. Between two of
 * them, `stop` may end it.
 */
export async function loadConfigs(
  native: Native,
  configs: readonly Config[],
  options: Omit<LoadOptions, 'notNotified'> & { readonly stop: AbortSignal },
): Promise<Loaded> {
  const { log, stop, trace = new StartTrace('attach') } = options;
  const libbpfLog = LibbpfLog.open(native, (level, line) => log[level](line, { source: 'libbpf' }));
  const context = createBpfContext(native, libbpfLog);
  const loaded: LoadedConfig[] = [];
  const close = (): void => {
    for (const config of loaded.splice(0)) config.close();
    libbpfLog.close();
  };
  // Before anything attaches, so that no cgroup that a program meets is missed.
  let notNotified: string | undefined;
  const cgroupNotifications = openAllNotifications(native, wantedHierarchies(configs), (wanted, reason) => {
    if (wanted === undefined) notNotified = reason;
  });
  const attached: AttachedConfig[] = [];
  const failed: FailedConfig[] = [];
  try {
    for (const config of configs) {
      await setImmediate(); // a signal is noticed in the event loop only
      if (stop.aborted) break;
      try {
        const before = openDescriptors();
        const { close, ...plain } = trace.now('attach_config', { config: config.name }, () =>
          loadConfig(context, config, { ...options, trace, notNotified }),
        );
        loaded.push({ ...plain, close });
        attached.push({ ...plain, descriptors: openedSince(before) });
      } catch (thrown) {
        if (!(thrown instanceof ExporterError)) throw thrown;
        writeError(log.error, thrown);
        failed.push({ name: config.name, reason: thrown.message });
      }
    }
    context.forgetKernelTypes();
    const marked = attached.flatMap(({ programs }) => programs);
    if (marked.some(({ section }) => section === postAttachMarkSection)) triggerPostAttachMark(native);
  } catch (thrown) {
    close();
    throw thrown;
  }
  return {
    attached: {
      configs: attached,
      failed,
      cgroupNotifications,
      possibleCpus: native.bpf.libbpf_num_possible_cpus(),
      libbpfVersion: native.bpf.libbpf_version_string() ?? '',
    },
    close,
  };
}
