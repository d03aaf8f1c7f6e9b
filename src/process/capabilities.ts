import { ExporterError } from '../errors.ts';

/**
 * A set of Linux capabilities, one bit each, as `/proc/PID/status` and capset(2) have them
 * (include/uapi/linux/capability.h).
 */
export type CapabilitySet = bigint;

/** By number. The last was added in Linux 5.9; numbers are never used again. */
const names = [
  'cap_chown',
  'cap_dac_override',
  'cap_dac_read_search',
  'cap_fowner',
  'cap_fsetid',
  'cap_kill',
  'cap_setgid',
  'cap_setuid',
  'cap_setpcap',
  'cap_linux_immutable',
  'cap_net_bind_service',
  'cap_net_broadcast',
  'cap_net_admin',
  'cap_net_raw',
  'cap_ipc_lock',
  'cap_ipc_owner',
  'cap_sys_module',
  'cap_sys_rawio',
  'cap_sys_chroot',
  'cap_sys_ptrace',
  'cap_sys_pacct',
  'cap_sys_admin',
  'cap_sys_boot',
  'cap_sys_nice',
  'cap_sys_resource',
  'cap_sys_time',
  'cap_sys_tty_config',
  'cap_mknod',
  'cap_lease',
  'cap_audit_write',
  'cap_audit_control',
  'cap_setfcap',
  'cap_mac_override',
  'cap_mac_admin',
  'cap_syslog',
  'cap_wake_alarm',
  'cap_block_suspend',
  'cap_audit_read',
  'cap_perfmon',
  'cap_bpf',
  'cap_checkpoint_restore',
] as const;

export type CapabilityName = (typeof names)[number];

/** The set that holds exactly these. */
export function capabilities(...held: readonly CapabilityName[]): CapabilitySet {
  return held.reduce((set, name) => set | bit(names.indexOf(name)), 0n);
}

/**
 * What a flag says to keep: `all`, `none`, or names such as `cap_syslog,cap_bpf`, in any case. Throws `usage` with the
 * names that are not known.
 */
export function parseCapabilities(text: string): CapabilitySet | 'all' {
  const words = text
    .toLowerCase()
    .split(',')
    .map((word) => word.trim());
  if (words.length === 1 && words[0] === 'all') return 'all';
  if (words.length === 1 && words[0] === 'none') return 0n;
  const unknown = words.filter((word) => !(names as readonly string[]).includes(word));
  if (unknown.length > 0) {
    throw new ExporterError(
      'usage',
      `--capabilities.keep ${text}: unknown ${unknown.map((word) => `"${word}"`).join(', ')}; it takes "all", "none" or names such as cap_syslog,cap_bpf`,
    );
  }
  return capabilities(...(words as CapabilityName[]));
}

/** `cap_syslog, cap_bpf`, or `none`. Capabilities newer than this program are shown by their numbers. */
export function describeCapabilities(set: CapabilitySet): string {
  return capabilityNames(set).join(', ') || 'none';
}

export function capabilityNames(set: CapabilitySet): string[] {
  return capabilityNumbers(set).map((number) => names[number] ?? `capability ${number}`);
}

/** The numbers of a set's capabilities, rising. */
export function capabilityNumbers(set: CapabilitySet): number[] {
  return Array.from({ length: 64 }, (_, number) => number).filter((number) => (set & bit(number)) !== 0n);
}

/** The sets of a thread, from the text of its `/proc/PID/task/TID/status`. */
export function capabilitiesOf(status: string): {
  readonly permitted: CapabilitySet;
  readonly effective: CapabilitySet;
  readonly bounding: CapabilitySet;
} {
  const line = (name: string): CapabilitySet =>
    BigInt(`0x${new RegExp(`^${name}:\\s*([0-9a-f]+)$`, 'm').exec(status)?.[1] ?? '0'}`);
  return { permitted: line('CapPrm'), effective: line('CapEff'), bounding: line('CapBnd') };
}

function bit(number: number): CapabilitySet {
  return 1n << BigInt(number);
}
