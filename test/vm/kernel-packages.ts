/** A Debian package that holds a kernel and its modules. */
export type KernelPackage = {
  readonly name: string;
  /** What `uname -r` says in it: `6.12.117+deb12-amd64`. */
  readonly release: string;
  /** `6.12` */
  readonly series: string;
};

// The cloud flavour has no 9p, and the signed packages hold the same kernel.
const pattern = /^linux-image-((\d+\.\d+)\.\S*-amd64)-unsigned$/;
const otherFlavours = /-(cloud|rt)-amd64$/;

/** The kernels in a list of package names, one a line and maybe described, newest first. */
export function parseKernelPackages(list: string): readonly KernelPackage[] {
  return list
    .split('\n')
    .map((line) => pattern.exec(line.split(' ', 1)[0]!))
    .filter((match) => match !== null)
    .map(([name, release, series]) => ({ name, release: release!, series: series! }))
    .filter(({ release }) => !otherFlavours.test(release))
    .sort((a, b) => compareVersions(b.release, a.release));
}

/** As `Array.sort` wants it: numbers in versions count as numbers. */
export function compareVersions(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}
