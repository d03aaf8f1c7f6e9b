import { createRequire } from 'node:module';
import type koffi from 'koffi';

export type Koffi = typeof koffi;

/**
 * The binary of koffi for this machine, or what its own loader finds elsewhere. That loader, which knows many platforms
 * and packagers, would take 5 ms of every start.
 */
export function loadKoffi(): Koffi {
  const require = createRequire(import.meta.filename);
  const { platform, arch } = process;
  try {
    return require(`@koromix/koffi-${platform}-${arch}/${platform}_${arch}/koffi.node`);
  } catch {
    return require('koffi').default;
  }
}
