import { closeSync, openSync } from 'node:fs';
import type { Attached } from '../attached.ts';
import { ExporterError, messageOf } from '../errors.ts';
import type { Flags } from '../flags.ts';
import type { Native } from '../native/library.ts';
import { capabilities, parseCapabilities } from '../process/capabilities.ts';
import { handOver } from '../process/hand-over.ts';
import type { Log } from '../process/log.ts';
import {
  checkPrivileges,
  dropForExec,
  heldCapabilities,
  type Privileges,
  withPrivileges,
} from '../process/privileges.ts';
import type { StartSpan } from '../process/start-trace.ts';
import { findUser } from '../process/user.ts';
import type { TracingSettings } from '../tracing/environment.ts';

/** What the process that only serves is given: plain data, and the descriptors that it names. */
export type Handed = {
  readonly attached: Attached;
  /** Listens; nobody has accepted from it. */
  readonly socket: number;
  /** /proc/kallsyms as who opened it may see it. */
  readonly kallsyms: number | undefined;
  /** On the clock of `Date.now`. */
  readonly startedAtMs: number;
  /** Undefined when nothing is to be traced. */
  readonly tracing: TracingSettings | undefined;
  /** What the start did. */
  readonly trace: StartSpan;
};

/**
 * What flags leave of our privileges; undefined when that is all. Looked at before anything is loaded. Throws `usage` and
 * `privileges`.
 */
export function wantedPrivileges(native: Native, flags: Flags, log: Log): Privileges | undefined {
  const asked = parseCapabilities(flags.keepCapabilities);
  const user = flags.user === undefined ? undefined : findUser(native, flags.user);
  if (asked === 'all' && user === undefined) return undefined;
  const held = heldCapabilities();
  const privileges = { keep: asked === 'all' ? held.permitted : asked, user };
  for (const warning of checkPrivileges(privileges, held, process.geteuid!())) log.warn(warning);
  return privileges;
}

/**
 * Goes on as a process that has only these privileges and reads `files`: same pid, empty memory, everything attached. Throws `privileges`;
 * whoever catches that may not be able to do much any more.
 */
export function continueWith(
  privileges: Privileges,
  native: Native,
  log: Log,
  given: Omit<Handed, 'kallsyms'>,
  files: readonly string[],
): never {
  checkReading(native, privileges, given.attached, files);
  const lost = lostAfterwards(privileges, given.attached);
  if (lost.length > 0) log.warn(`With what is kept, this cannot work: ${lost.join('; ')}`);
  raiseLockedMemory(native);
  const kallsyms = openOrNot('/proc/kallsyms');
  const state: Handed = { ...given, kallsyms };
  handOver(native, {
    state,
    descriptors: [
      given.socket,
      ...(kallsyms === undefined ? [] : [kallsyms]),
      ...given.attached.cgroupNotifications.map(({ fd }) => fd),
      ...given.attached.configs.flatMap(({ descriptors }) => descriptors.map(({ fd }) => fd)),
    ],
    beforeExec: () => dropForExec(native, privileges),
  });
}

/** Tries what every scrape does, and what starting anew takes, with no more than there will be. Throws `privileges`. */
function checkReading(
  native: Native,
  privileges: Privileges,
  { configs }: Attached,
  files: readonly string[],
): void {
  const refuse = (what: string): never => {
    throw new ExporterError('privileges', `Cannot drop privileges: ${what}`);
  };
  const map = configs.flatMap(({ maps }) => maps).find(({ keySize }) => keySize > 0);
  withPrivileges(native, privileges, () => {
    if (map !== undefined) {
      const next = Buffer.alloc(Math.max(map.keySize, 8));
      if (native.bpf.bpf_map_get_next_key(map.fd, null, next) === -1) {
        refuse(
          'this kernel lets nobody read BPF maps without cap_bpf (before Linux 5.19, while kernel.unprivileged_bpf_disabled is set): add cap_bpf to --capabilities.keep',
        );
      }
    }
    for (const path of [process.execPath, process.argv[1]!, ...files]) {
      try {
        closeSync(openSync(path, 'r'));
      } catch (thrown) {
        refuse(`${messageOf(thrown)}; the user of --user has to be able to read it`);
      }
    }
  });
}

/** What needs a privilege later, and is not had. */
function lostAfterwards({ keep }: Privileges, { configs }: Attached): string[] {
  const has = (name: 'cap_perfmon' | 'cap_bpf' | 'cap_sys_admin'): boolean =>
    (keep & capabilities(name)) !== 0n;
  const perfEvents = configs.some(({ perfOutputs }) => perfOutputs.size > 0);
  return perfEvents && !has('cap_sys_admin') && !(has('cap_perfmon') && has('cap_bpf'))
    ? ['records of CPUs that come online later are not received (cap_perfmon, cap_bpf)']
    : [];
}

const RLIMIT_MEMLOCK = 8;

/** The rings of perf events are locked memory, of which a process without CAP_IPC_LOCK may have little. Best effort. */
function raiseLockedMemory(native: Native): void {
  native.c.setrlimit(RLIMIT_MEMLOCK, Buffer.alloc(16, 0xff)); // RLIM_INFINITY twice
}

function openOrNot(path: string): number | undefined {
  try {
    return openSync(path, 'r');
  } catch {
    return undefined; // said by whoever asks for symbols
  }
}
