import { setImmediate } from 'node:timers/promises';
import type { Attached, AttachedConfig, FailedConfig } from '../attached.ts';
import { openAllNotifications } from '../cgroups/open-notifications.ts';
import type { Config } from '../config/spec.ts';
import { ExporterError } from '../errors.ts';
import type { Native } from '../native/library.ts';
import { writeError } from '../process/log.ts';
import { StartTrace } from '../process/start-trace.ts';
import type { LoadOptions } from './load-config.ts';
import { Loader } from './loader.ts';
import { wantedHierarchies } from './wanted-hierarchies.ts';

/** What is in the kernel until the loader's `close`. */
export type Loaded = { readonly attached: Attached; readonly loader: Loader };

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
  const loader = new Loader(native, log);
  void loader.context; // without libbpf nothing else is to be tried
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
        const load = (): AttachedConfig => loader.load(config, { ...options, trace, notNotified });
        attached.push(trace.now('attach_config', { config: config.name }, load));
      } catch (thrown) {
        if (!(thrown instanceof ExporterError)) throw thrown;
        writeError(log.error, thrown);
        failed.push({ name: config.name, reason: thrown.message });
      }
    }
    return {
      attached: {
        configs: loader.finish(attached),
        failed,
        cgroupNotifications,
        possibleCpus: native.bpf.libbpf_num_possible_cpus(),
        libbpfVersion: native.bpf.libbpf_version_string() ?? '',
      },
      loader,
    };
  } catch (thrown) {
    loader.close();
    throw thrown;
  }
}
