export type CpioEntry = {
  /** Relative, without a leading slash. */
  readonly path: string;
  readonly type: 'file' | 'directory' | 'link';
  /** Of a file its bytes, of a symbolic link its target. */
  readonly content?: Uint8Array | string;
  /** Permissions; 0755 by default. */
  readonly mode?: number;
  /** Seconds since 1970. */
  readonly modified?: number;
};

const types = { file: 0o100000, directory: 0o40000, link: 0o120000 } as const;

/**
 * An archive in the form `newc`, as the kernel takes it for an initramfs (its
 * Documentation/driver-api/early-userspace/buffer-format.rst). Everything belongs to root.
 */
export function cpio(entries: readonly CpioEntry[]): Buffer {
  const records = entries.map(({ path, type, content = '', mode = 0o755, modified = 0 }, at) =>
    record(path, { inode: at + 1, mode: types[type] | mode, modified, content: Buffer.from(content) }),
  );
  const last = record('TRAILER!!!', { inode: 0, mode: 0, modified: 0, content: Buffer.alloc(0) });
  return Buffer.concat([...records, last]);
}

type Fields = {
  readonly inode: number;
  readonly mode: number;
  readonly modified: number;
  readonly content: Buffer;
};

function record(path: string, { inode, mode, modified, content }: Fields): Buffer {
  const name = Buffer.from(`${path}\0`);
  const fields = {
    inode,
    mode,
    uid: 0,
    gid: 0,
    links: 1,
    modified,
    size: content.length,
    deviceMajor: 0,
    deviceMinor: 0,
    specialMajor: 0,
    specialMinor: 0,
    nameLength: name.length,
    checksum: 0,
  };
  const header = `070701${Object.values(fields)
    .map((field) => field.toString(16).padStart(8, '0'))
    .join('')}`;
  return Buffer.concat([padded(Buffer.concat([Buffer.from(header), name])), padded(content)]);
}

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc(-bytes.length & 3)]);
}
