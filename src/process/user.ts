import { ExporterError } from '../errors.ts';
import type { Native } from '../native/library.ts';

/** A user as getpwnam(3) has it; without a name where only its numbers are known. */
export type User = { readonly name: string | undefined; readonly uid: number; readonly gid: number };

/** Finds who `--user` names: `NAME`, `UID` or, for one that the system does not know, `UID:GID`. Throws `usage`. */
export function findUser(native: Native, text: string): User {
  const [, uid, gid] = /^(\d+)(?::(\d+))?$/.exec(text) ?? [];
  if (uid !== undefined && gid !== undefined) return { name: undefined, uid: Number(uid), gid: Number(gid) };
  const entry = uid === undefined ? native.c.getpwnam(text) : native.c.getpwuid(Number(uid));
  if (entry === null) {
    throw new ExporterError(
      'usage',
      `--user ${text}: this system has no such user; create it (useradd --system ${uid === undefined ? text : 'NAME'}), or give numbers, as UID:GID`,
    );
  }
  const fields = native.read(entry, 24); // struct passwd of glibc: name, password, uid at 16, gid at 20
  return {
    name: native.text(fields.readBigUInt64LE(0)),
    uid: fields.readUInt32LE(16),
    gid: fields.readUInt32LE(20),
  };
}
