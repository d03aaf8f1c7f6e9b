import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { resolveBelow } from '../rootfs.ts';
import type { Attacher } from './attacher.ts';
import { notAttached } from './leave-out.ts';

/** Every process. */
const anyPid = -1;
const triplets: Partial<Record<string, string>> = { x64: 'x86_64-linux-gnu', arm64: 'aarch64-linux-gnu' };

/** Where binaries of uprobes and USDT probes are looked for. */
export type BinaryPlaces = {
  /** Where the root of the host is. */
  readonly rootfs: string;
  /** The directory of the object: one that is named without a slash may stand beside it. */
  readonly beside: string;
};

/** Whether the binary of a section stands beside the object. */
export function isBeside({ beside }: BinaryPlaces, section: string): boolean {
  const { path } = partsOf(section);
  return path !== undefined && !path.includes('/') && existsSync(join(beside, path));
}

/**
 * A uprobe or a USDT probe whose binary is beside the object or below `rootfs`; libbpf would look below `/`. Paths in
 * /proc are as they are written: what they name depends on who looks.
 */
export function attachToBinary(places: BinaryPlaces): Attacher {
  const { rootfs } = places;
  return ({ native }, { name, section, pointer }, link) => {
    const { kind, returns, path, rest } = partsOf(section);
    if (path === undefined || rest === undefined) {
      throw notAttached(
        name,
        section,
        'BINARY:SYMBOL, or BINARY:PROVIDER:NAME for usdt, is needed behind the slash',
      );
    }
    const binary = path.startsWith('/proc/') ? path : find(places, path);
    if (binary === undefined || !existsSync(binary)) {
      const where = binary === undefined ? searchedFor(path).join(', ') : resolveBelow(rootfs, path);
      throw notAttached(
        name,
        section,
        `there is no ${path} below --path.rootfs ${rootfs}, looked for at ${where}`,
      );
    }
    if (kind === 'usdt') {
      const [provider = '', probe = ''] = rest.split(':');
      link(() => native.bpf.bpf_program__attach_usdt(pointer, anyPid, binary, provider, probe, null));
    } else if (kind.includes('.')) {
      const options = Buffer.alloc(56); // struct bpf_uprobe_multi_opts, whose last members are retprobe and session
      options.writeBigUInt64LE(BigInt(options.length), 0);
      options.writeUInt8(returns ? 1 : 0, 48);
      options.writeUInt8(kind === 'uprobe.session' ? 1 : 0, 49);
      link(() => native.bpf.bpf_program__attach_uprobe_multi(pointer, anyPid, binary, rest, options));
    } else {
      const [symbolName = '', offset = '0'] = rest.split('+');
      const symbol = Buffer.from(`${symbolName}\0`);
      const options = Buffer.alloc(40); // struct bpf_uprobe_opts: sz, ref_ctr_offset, bpf_cookie, retprobe, func_name
      options.writeBigUInt64LE(BigInt(options.length), 0);
      options.writeUInt8(returns ? 1 : 0, 24);
      options.writeBigUInt64LE(native.addressOf(symbol), 32);
      link(() =>
        native.bpf.bpf_program__attach_uprobe_opts(pointer, anyPid, binary, Number(offset), options),
      );
    }
  };
}

/** As libbpf reads them (attach_uprobe, attach_uprobe_multi, attach_usdt): TYPE/BINARY:REST; a type may end in `.s`. */
function partsOf(section: string): {
  kind: string;
  returns: boolean;
  path: string | undefined;
  rest: string | undefined;
} {
  const [, type = '', path, rest] = /^([^/]+)\/([^:]+):(.+)$/.exec(section) ?? [];
  return {
    kind: type.replace(/\.s$/, '').replace('uretprobe', 'uprobe'),
    returns: type.startsWith('uretprobe'),
    path,
    rest,
  };
}

/** A name without a slash is looked for beside the object, then where libraries and programs are. */
function find({ rootfs, beside }: BinaryPlaces, path: string): string | undefined {
  if (path.includes('/')) return resolveBelow(rootfs, path);
  if (existsSync(join(beside, path))) return join(beside, path);
  return searchedFor(path)
    .map((place) => resolveBelow(rootfs, place))
    .find((place) => existsSync(place));
}

function searchedFor(name: string): string[] {
  const libraries = [
    '/usr/lib64',
    '/usr/lib',
    `/lib/${triplets[process.arch]}`,
    `/usr/lib/${triplets[process.arch]}`,
  ];
  const programs = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];
  return (/\.so($|\.)/.test(name) ? libraries : programs).map((directory) => `${directory}/${name}`);
}
