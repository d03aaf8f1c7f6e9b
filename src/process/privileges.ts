import { readFileSync } from 'node:fs';
import { ExporterError } from '../errors.ts';
import { describeErrno } from '../native/errno.ts';
import type { Native } from '../native/library.ts';
import {
  type CapabilitySet,
  capabilities,
  capabilitiesOf,
  capabilityNumbers,
  describeCapabilities,
} from './capabilities.ts';
import type { User } from './user.ts';

/** What the process is to be after the next execve(2). */
export type Privileges = {
  /** Permitted, effective, inheritable, ambient and, where that can be, bounding set. */
  readonly keep: CapabilitySet;
  /** Undefined: as now. */
  readonly user: User | undefined;
};

// include/uapi/linux/prctl.h, capability.h, securebits.h
const PR_SET_KEEPCAPS = 8;
const PR_CAPBSET_DROP = 24;
const PR_GET_SECUREBITS = 27;
const PR_SET_SECUREBITS = 28;
const PR_SET_NO_NEW_PRIVS = 38;
const PR_CAP_AMBIENT = 47;
const PR_CAP_AMBIENT_RAISE = 2;
const PR_CAP_AMBIENT_CLEAR_ALL = 4;
const capabilityVersion3 = 0x20080522;
/** SECBIT_NOROOT and SECBIT_NO_CAP_AMBIENT_RAISE, each with its lock: uid 0 gains nothing by execve. */
const secureBits = 0b1100_0011;

const setpcap = capabilities('cap_setpcap');

/** The capabilities of the calling process' main thread. */
export function heldCapabilities(): ReturnType<typeof capabilitiesOf> {
  return capabilitiesOf(readFileSync('/proc/self/status', 'utf8'));
}

/**
 * Whether this can be had from what we hold, before anything is loaded. Gives what is to be warned of.
 * Throws `privileges`.
 */
export function checkPrivileges(
  { keep, user }: Privileges,
  held: ReturnType<typeof capabilitiesOf>,
  uid: number,
): readonly string[] {
  const missing = keep & ~held.permitted;
  if (missing !== 0n) {
    throw refused(`${describeCapabilities(missing)} cannot be kept: this process does not have it`);
  }
  const change = capabilities('cap_setuid', 'cap_setgid');
  if (user !== undefined && user.uid !== uid && (held.permitted & change) !== change) {
    throw refused(
      `--user ${user.name ?? user.uid} needs ${describeCapabilities(change & ~held.permitted)}; start as root, or as that user`,
    );
  }
  if ((held.permitted & setpcap) !== 0n || (held.bounding & ~keep) === 0n) return [];
  if ((user?.uid ?? uid) === 0) {
    throw refused(
      'a process of uid 0 that lacks cap_setpcap has its whole bounding set again after execve; add cap_setpcap, cut the bounding set (systemd: CapabilityBoundingSet=), or use --user',
    );
  }
  return [
    'The bounding set stays as it is, since cutting it needs cap_setpcap; systemd does it from outside: CapabilityBoundingSet=',
  ];
}

/**
 * Readies the main thread for execve(2), through which it will have exactly `keep`; the other threads end there.
 * To be called last: what it takes away is gone. Throws `privileges` with what the kernel refused.
 */
export function dropForExec(native: Native, { keep, user }: Privileges): void {
  const prctl = (what: string, ...[option, second, third = 0]: [number, number, number?]): number => {
    const result = native.c.prctl(option, second, third, 0, 0);
    if (result < 0) throw refused(`${what}: ${describeErrno(native.errno())}`);
    return result;
  };
  const held = heldCapabilities();
  const canSetBits = (held.permitted & setpcap) !== 0n;
  if (canSetBits) {
    for (const number of capabilityNumbers(held.bounding & ~keep)) {
      prctl('PR_CAPBSET_DROP', PR_CAPBSET_DROP, number);
    }
  }
  if (user !== undefined && user.uid !== process.geteuid?.()) {
    prctl('PR_SET_KEEPCAPS', PR_SET_KEEPCAPS, 1);
    becomeUser(user);
  }
  // cap_setpcap is needed once more, for the secure bits.
  setCapabilities(native, { permitted: keep | (held.permitted & setpcap), inheritable: keep });
  prctl('PR_CAP_AMBIENT_CLEAR_ALL', PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL);
  for (const number of capabilityNumbers(keep)) {
    prctl('PR_CAP_AMBIENT_RAISE', PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, number);
  }
  if (canSetBits) {
    const present = prctl('PR_GET_SECUREBITS', PR_GET_SECUREBITS, 0);
    prctl('PR_SET_SECUREBITS', PR_SET_SECUREBITS, present | secureBits);
  }
  setCapabilities(native, { permitted: keep, inheritable: keep });
  prctl('PR_SET_NO_NEW_PRIVS', PR_SET_NO_NEW_PRIVS, 1);
}

/** Of the whole process: glibc has every thread make these calls. */
function becomeUser({ name, uid, gid }: User): void {
  if (name === undefined) process.setgroups!([gid]);
  else (process as unknown as { initgroups(user: string, group: number): void }).initgroups(name, gid);
  process.setgid!(gid);
  process.setuid!(uid);
}

/**
 * Runs `probe` with no more than what the process will be able to do after `dropForExec`: with its capabilities, and with
 * the user's access to files. Affects the calling thread only, and only during the call.
 */
export function withPrivileges<T>(native: Native, { keep, user }: Privileges, probe: () => T): T {
  const { permitted, effective } = heldCapabilities();
  const [uid, gid] = [process.geteuid!(), process.getegid!()];
  if (user !== undefined) {
    native.c.setfsgid(user.gid);
    native.c.setfsuid(user.uid);
  }
  setCapabilities(native, { permitted, effective: keep & permitted });
  try {
    return probe();
  } finally {
    setCapabilities(native, { permitted, effective });
    if (user !== undefined) {
      native.c.setfsuid(uid);
      native.c.setfsgid(gid);
      setCapabilities(native, { permitted, effective }); // a change of the fsuid touches the file capabilities
    }
  }
}

/** capset(2) for the calling thread. */
function setCapabilities(
  native: Native,
  sets: { permitted: CapabilitySet; effective?: CapabilitySet; inheritable?: CapabilitySet },
): void {
  const { permitted, effective = permitted, inheritable = 0n } = sets;
  const header = new Uint32Array([capabilityVersion3, 0]);
  const data = new Uint32Array(6); // effective, permitted, inheritable: the low halves, then the high ones
  for (const [place, set] of [effective, permitted, inheritable].entries()) {
    data[place] = Number(set & 0xffffffffn);
    data[3 + place] = Number(set >> 32n);
  }
  if (native.c.capset(bytesOf(header), bytesOf(data)) < 0) {
    throw refused(`capset: ${describeErrno(native.errno())}`);
  }
}

function bytesOf(words: Uint32Array): Uint8Array {
  return new Uint8Array(words.buffer);
}

function refused(reason: string): ExporterError {
  return new ExporterError('privileges', `Cannot drop privileges: ${reason}`);
}
