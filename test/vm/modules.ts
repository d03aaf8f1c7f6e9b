/**
 * The order in which modules have to be loaded so that each finds what it needs.
 * @param dependencies text of modules.dep: `FILE: FILE...`, relative to the directory that holds it
 * @param names modules without path and suffix; one that is not listed is part of the kernel itself
 * @returns files as modules.dep names them
 */
export function loadOrder(dependencies: string, names: readonly string[]): readonly string[] {
  const needs = new Map(
    dependencies
      .split('\n')
      .filter((line) => line.includes(':'))
      .map((line) => {
        const [file = '', rest = ''] = line.split(':');
        return [file, rest.split(' ').filter(Boolean)] as const;
      }),
  );
  const files = new Map([...needs.keys()].map((file) => [moduleName(file), file]));
  const order = new Set<string>();
  const add = (file: string): void => {
    if (order.has(file)) return;
    for (const needed of needs.get(file) ?? []) add(needed);
    order.add(file);
  };
  for (const name of names) {
    const file = files.get(name);
    if (file !== undefined) add(file);
  }
  return [...order];
}

/** `9pnet_virtio` of `kernel/net/9p/9pnet_virtio.ko.xz` */
export function moduleName(file: string): string {
  return file.replace(/^.*\//, '').replace(/\.ko(\.\w+)?$/, '');
}
