import type { Architecture } from './architectures.ts';

export type Machine = {
  readonly architecture: Architecture;
  /** Of the host: what the guest sees as its root, read-only. */
  readonly root: string;
  readonly vmlinuz: string;
  readonly initramfs: string;
  readonly scratchDisk: string;
  readonly cpus: number;
  readonly memoryMiB: number;
};

/** File descriptors that QEMU inherits: connected sockets, one for each port of the guest. */
export const ports = { control: 3, stdout: 4, stderr: 5, terminal: 6 } as const;

const commandLine = [
  'quiet',
  // The end of the kernel is the end of QEMU (-no-reboot), and a kernel that has stumbled does not go on.
  'panic=-1',
  'oops=panic',
  // LSM programs attach only where bpf is among them.
  'lsm=landlock,lockdown,yama,bpf',
  // There is nobody to defend against, and it is slow enough.
  'mitigations=off',
];

/** QEMU's arguments for a machine that has a root file system of the host, read-only, and nothing of its network. */
export function qemuArguments(machine: Machine): string[] {
  const { architecture, root, vmlinuz, initramfs, scratchDisk, cpus, memoryMiB } = machine;
  const append = [...architecture.commandLine, ...commandLine].join(' ');
  const socket = (name: keyof typeof ports): string[] => ['-chardev', `socket,id=${name},fd=${ports[name]}`];
  return [
    ...['-no-user-config', '-nodefaults', '-display', 'none', '-no-reboot'],
    ...architecture.machine,
    ...['-accel', 'tcg,thread=single'],
    ...['-smp', `${cpus}`, '-m', `${memoryMiB}M`],
    ...['-kernel', vmlinuz, '-initrd', initramfs, '-append', append],
    ...['-serial', 'stdio'],
    ...['-device', 'virtio-serial-pci'],
    ...socket('terminal'),
    ...['-device', 'virtconsole,chardev=terminal,nr=0'],
    ...socket('control'),
    ...['-device', 'virtserialport,chardev=control,nr=1'],
    ...socket('stdout'),
    ...['-device', 'virtserialport,chardev=stdout,nr=2'],
    ...socket('stderr'),
    ...['-device', 'virtserialport,chardev=stderr,nr=3'],
    ...['-device', 'virtio-rng-pci'],
    ...['-drive', `if=virtio,format=raw,file=${scratchDisk}`],
    // multidevs=remap: inode numbers of several host file systems become distinct in the one of the guest.
    ...['-virtfs', `local,path=${root},mount_tag=host,security_model=none,readonly=on,multidevs=remap`],
  ];
}
