import { constants } from 'node:fs';
import type { Native } from '../native/library.ts';

const bufferBytes = 65_536;
const directoryType = 4; // DT_DIR
/** struct linux_dirent64: u64 inode, s64 offset, u16 length, u8 type, the name and a zero */
const entry = { length: 16, type: 18, name: 19 };

/**
 * Visits every cgroup below a directory, parents first, with the id of its parent; a character of a name stands for a byte.
 * Reads each directory's entries once and asks for nothing else: on cgroup file systems they have the ids. What vanishes
 * meanwhile is left out. A step for each directory.
 */
export function* walkCgroups(
  { c }: Native,
  root: string,
  visit: (id: number, name: string, parent: number) => void,
): Iterable<void> {
  const buffer = Buffer.allocUnsafeSlow(bufferBytes);
  const paths = [root];
  for (let path = paths.pop(); path !== undefined; path = paths.pop()) {
    const fd = c.open(Buffer.from(`${path}\0`, 'latin1'), constants.O_DIRECTORY | constants.O_NOFOLLOW);
    if (fd < 0) continue;
    let parent = 0;
    const children: { readonly id: number; readonly name: string }[] = [];
    for (let size = c.getdents64(fd, buffer, bufferBytes); size > 0; ) {
      for (let at = 0; at < size; at += buffer[at + entry.length]! + buffer[at + entry.length + 1]! * 256) {
        if (buffer[at + entry.type] !== directoryType) continue;
        const name = buffer.toString('latin1', at + entry.name, buffer.indexOf(0, at + entry.name));
        const id = buffer.readUInt32LE(at) + buffer.readUInt32LE(at + 4) * 0x1_0000_0000;
        if (name === '.') parent = id;
        else if (name !== '..') children.push({ id, name });
      }
      size = c.getdents64(fd, buffer, bufferBytes);
    }
    c.close(fd);
    for (const { id, name } of children) {
      visit(id, name, parent);
      paths.push(`${path}/${name}`);
    }
    yield;
  }
}
