import { existsSync, statSync } from 'node:fs';
import { ExporterError } from '../errors.ts';
import type { Flags } from '../flags.ts';
import { parseListenAddress } from '../http/listen-address.ts';
import { checkTelemetryPath } from '../http/telemetry-path.ts';
import { parseCapabilities } from '../process/capabilities.ts';
import { passedIndex } from './listen.ts';
import { livePath, reloadPath } from './routes.ts';

/** What is wrong with flags, before anything is opened for them. Throws `usage`. */
export function checkFlags(flags: Flags): void {
  parseCapabilities(flags.keepCapabilities);
  if (passedIndex(flags) === undefined) parseListenAddress(flags.listenAddress);
  checkTelemetryPath(flags.telemetryPath, [
    livePath,
    '/-/healthy',
    '/-/ready',
    ...(flags.enableLifecycle ? [reloadPath] : []),
    ...(flags.debug ? ['/maps'] : []),
  ]);
  if (!statSync(flags.rootfs, { throwIfNoEntry: false })?.isDirectory()) {
    throw new ExporterError(
      'usage',
      `--path.rootfs ${flags.rootfs}: no such directory; where the host's root is mounted is needed`,
    );
  }
  if (flags.btfPath !== undefined && !existsSync(flags.btfPath)) {
    throw new ExporterError(
      'usage',
      `--btf.path ${flags.btfPath}: no such file; the BTF of the running kernel is needed`,
    );
  }
}
