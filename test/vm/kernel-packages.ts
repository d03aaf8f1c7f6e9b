/** A kernel and its modules, in Debian's packages. */
export type KernelPackage = {
  readonly packages: readonly string[];
  /** What `uname -r` says in it: `6.12.117+deb12-amd64`. */
  readonly release: string;
  /** `6.12`, or `6.12-arm64` where it is for that. */
  readonly series: string;
};

// The cloud flavour has no 9p, and the signed packages hold the same kernel. Since 7.2, kernel and modules come apart.
const patterns = [
  { pattern: /^linux-image-(\d+\.\d+\.\S*-(?:amd64|arm64))-unsigned$/, kinds: undefined },
  { pattern: /^linux-modules-(\d+\.\d+\.\S*-(?:amd64|arm64))$/, kinds: ['base', 'binary', 'modules'] },
];
const otherFlavours = /-(cloud|rt)-a\w+64$/;

/** The kernels in a list of package names, one a line and maybe described, newest first. */
export function parseKernelPackages(list: string): readonly KernelPackage[] {
  return list
    .split('\n')
    .map((line) => line.split(' ', 1)[0]!)
    .flatMap((name) =>
      patterns.flatMap(({ pattern, kinds }) => {
        const [, release] = pattern.exec(name) ?? [];
        if (release === undefined || otherFlavours.test(release)) return [];
        const packages = kinds?.map((kind) => `linux-${kind}-${release}`) ?? [name];
        return [{ packages, release, series: seriesOf(release) }];
      }),
    )
    .sort((a, b) => compareVersions(b.release, a.release));
}

/** Of a release: `6.12`, `6.12-arm64`. */
export function seriesOf(release: string): string {
  const [series] = /^\d+\.\d+/.exec(release)!;
  return release.endsWith('-arm64') ? `${series}-arm64` : series;
}

/** As `Array.sort` wants it: numbers in versions count as numbers. */
export function compareVersions(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}
