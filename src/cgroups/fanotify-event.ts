/** What happened to a directory of a cgroup file system, as fanotify(7) tells it. */
export type CgroupEvent = {
  /** Bits of `fanotifyMask`; the kernel may put several together. */
  readonly mask: number;
  /** The id of the cgroup that the name is in. */
  readonly parent: number;
  /** A character for each byte. */
  readonly name: string;
  /** The id of the cgroup itself; undefined for one that was created. */
  readonly id: number | undefined;
};

/** include/uapi/linux/fanotify.h */
export const fanotifyMask = {
  movedTo: 0x80,
  create: 0x100,
  delete: 0x200,
  overflow: 0x4000,
  onDirectory: 0x40000000,
} as const;

const metadataVersion = 3;
const metadataBytes = 24;
const infoHeaderBytes = 4;
const fsidBytes = 8;
const handleBytes = 8; // of kernfs: the id of a cgroup as a u64
const infoTypes = { target: 1, parentAndName: 2 };

/**
 * Visits the events in the first `length` bytes of what was read from a fanotify descriptor. Throws an error when they are
 * not what this program knows: nothing after that can be relied on.
 */
export function parseCgroupEvents(bytes: Buffer, length: number, visit: (event: CgroupEvent) => void): void {
  for (let at = 0; at < length; ) {
    if (at + metadataBytes > length) throw new Error(`an event is cut off after ${length - at} bytes`);
    const size = bytes.readUInt32LE(at);
    const version = bytes[at + 4]!;
    const header = bytes.readUInt16LE(at + 6);
    if (version !== metadataVersion)
      throw new Error(`events are of version ${version}, not ${metadataVersion}`);
    if (header < metadataBytes || size < header || at + size > length) {
      throw new Error(`an event of ${size} bytes does not fit in ${length - at}`);
    }
    visit(parseEvent(bytes, at, at + header, at + size));
    at += size;
  }
}

function parseEvent(bytes: Buffer, at: number, firstInfo: number, end: number): CgroupEvent {
  let parent = 0;
  let name = '';
  let id: number | undefined;
  for (let info = firstInfo; info + infoHeaderBytes <= end; ) {
    const size = bytes.readUInt16LE(info + 2);
    const handle = info + infoHeaderBytes + fsidBytes;
    const value = handle + 8;
    const type = bytes[info];
    if (size < infoHeaderBytes || info + size > end)
      throw new Error('an event holds a record that is too long');
    if (type === infoTypes.target || type === infoTypes.parentAndName) {
      const found = bytes.readUInt32LE(handle);
      if (value + handleBytes > info + size || found !== handleBytes) {
        throw new Error(`a file handle has ${found} bytes, not the ${handleBytes} of a cgroup's id`);
      }
      const number = Number(bytes.readBigUInt64LE(value));
      if (type === infoTypes.target) {
        id = number;
      } else {
        parent = number;
        name = bytes.toString('latin1', value + handleBytes, bytes.indexOf(0, value + handleBytes));
      }
    }
    info += size;
  }
  return { mask: bytes.readUInt32LE(at + 8), parent, name, id };
}
