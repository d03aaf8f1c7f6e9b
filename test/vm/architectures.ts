/** What differs between the machines that QEMU emulates here. */
export type Architecture = {
  /** Debian's name. */
  readonly name: 'amd64' | 'arm64';
  /** Node.js' and npm's. */
  readonly node: 'x64' | 'arm64';
  readonly qemu: string;
  /** Debian's package that has it. */
  readonly qemuPackage: string;
  readonly machine: readonly string[];
  readonly commandLine: readonly string[];
};

export const amd64: Architecture = {
  name: 'amd64',
  node: 'x64',
  qemu: 'qemu-system-x86_64',
  qemuPackage: 'qemu-system-x86',
  machine: ['-machine', 'q35', '-cpu', 'max,-erms'],
  // The emulated TSCs agree with each other; otherwise Linux 6.1 takes the much slower HPET.
  commandLine: ['console=ttyS0', 'tsc=reliable'],
};

export const arm64: Architecture = {
  name: 'arm64',
  node: 'arm64',
  qemu: 'qemu-system-aarch64',
  qemuPackage: 'qemu-system-arm',
  // Pointers are signed at every call; the algorithm of the architecture takes most of an emulator's time.
  machine: ['-machine', 'virt', '-cpu', 'max,pauth-impdef=on'],
  commandLine: ['console=ttyAMA0'],
};

/** That of a release, as `6.12.117+deb12-arm64`, or of a series, as `6.12` or `6.12-arm64`. */
export function architectureOf(name: string): Architecture {
  return name.endsWith('-arm64') ? arm64 : amd64;
}
