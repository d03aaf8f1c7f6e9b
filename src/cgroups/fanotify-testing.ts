import type { CgroupEvent } from './fanotify-event.ts';

/** The bytes of an event as the kernel writes it for a cgroup file system. */
export function eventBytes({ mask, parent, name, id }: CgroupEvent): Buffer {
  const infos = [
    ...(name === '' ? [] : [infoBytes(2, parent, Buffer.from(`${name}\0`, 'latin1'))]),
    ...(id === undefined ? [] : [infoBytes(1, id, Buffer.alloc(0))]),
  ];
  const metadata = Buffer.alloc(24);
  metadata.writeUInt32LE(24 + infos.reduce((sum, { length }) => sum + length, 0), 0);
  metadata[4] = 3;
  metadata.writeUInt16LE(24, 6);
  metadata.writeBigUInt64LE(BigInt(mask), 8);
  metadata.writeInt32LE(-1, 16);
  return Buffer.concat([metadata, ...infos]);
}

/** A record is padded to a multiple of 4 bytes. */
function infoBytes(type: number, id: number, name: Buffer): Buffer {
  const size = Math.ceil((28 + name.length) / 4) * 4;
  const info = Buffer.alloc(size);
  info[0] = type;
  info.writeUInt16LE(size, 2);
  info.writeUInt32LE(8, 12);
  info.writeInt32LE(0xfe, 16);
  info.writeBigUInt64LE(BigInt(id), 20);
  name.copy(info, 28);
  return info;
}
