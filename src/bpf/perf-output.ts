import { constants } from 'node:os';
import type { Native } from '../native/library.ts';
import { nativeError } from '../native/native-error.ts';
import { pageBytes } from './mapped-memory.ts';
import { perfEventOpen } from './perf-event.ts';

/** The perf event that carries the records of one CPU. */
export type PerfOutput = {
  readonly cpu: number;
  /** Whoever opened it closes it, with the map's own: the kernel empties the map then. */
  readonly fd: number;
  /** `read` says how many records were lost (PERF_FORMAT_LOST, Linux 6.0). */
  readonly countsLost: boolean;
  /** Of its ring: a power of two. */
  readonly pages: number;
};

const PERF_TYPE_SOFTWARE = 1;
const PERF_COUNT_SW_BPF_OUTPUT = 10n;
const PERF_SAMPLE_RAW = 1n << 10n;
const PERF_FORMAT_LOST = 1n << 4n;
const attrWatermark = 1n << 14n; // the `watermark` bit: wakeup_watermark is in bytes
const PERF_EVENT_IOC_ENABLE = 0x2400;

/**
 * Opens what a BPF_MAP_TYPE_PERF_EVENT_ARRAY sends the records of one CPU to, and puts it into the map. Needs CAP_PERFMON
 * (or kernel.perf_event_paranoid below 1); reading does not. The reader is woken when an eighth of the ring
 * is full: records are counted, and scrapes take in what is there; a wake-up for each makes it ten times as dear, 4 µs
 * on a virtual machine. Throws `map_read` with the errno: ENODEV where the CPU is not online.
 */
export function openPerfOutput(
  native: Native,
  map: { fd: number; name: string },
  { cpu, pages }: { cpu: number; pages: number },
): PerfOutput {
  const refuse = (call: string): never => {
    const errno = native.errno();
    throw nativeError({
      code: 'map_read',
      operation: 'receive',
      object: `records of "${map.name}" from CPU ${cpu}: ${call}`,
      errno,
      remedy:
        errno === constants.errno.EPERM || errno === constants.errno.EACCES
          ? 'CAP_PERFMON is needed, or kernel.perf_event_paranoid below 1'
          : undefined,
    });
  };
  const wakeupBytes = (pages * pageBytes(native)) / 8;
  let countsLost = true;
  let fd = perfEventOpen(native, attributes(PERF_FORMAT_LOST, wakeupBytes), cpu);
  if (fd < 0 && native.errno() === constants.errno.EINVAL) {
    countsLost = false;
    fd = perfEventOpen(native, attributes(0n, wakeupBytes), cpu);
  }
  if (fd < 0) return refuse('perf_event_open');
  const key = Buffer.alloc(4);
  const value = Buffer.alloc(4);
  key.writeUInt32LE(cpu);
  value.writeUInt32LE(fd);
  try {
    if (native.bpf.bpf_map_update_elem(map.fd, key, value, 0) !== 0) refuse('bpf_map_update_elem');
    if (native.c.ioctl(fd, PERF_EVENT_IOC_ENABLE, 0) !== 0) refuse('PERF_EVENT_IOC_ENABLE');
  } catch (thrown) {
    native.c.close(fd);
    throw thrown;
  }
  return { cpu, fd, countsLost, pages };
}

/** `struct perf_event_attr`: each record is a sample. */
function attributes(readFormat: bigint, wakeupBytes: number): Buffer {
  const attr = Buffer.alloc(128);
  attr.writeUInt32LE(PERF_TYPE_SOFTWARE, 0);
  attr.writeUInt32LE(attr.length, 4);
  attr.writeBigUInt64LE(PERF_COUNT_SW_BPF_OUTPUT, 8);
  attr.writeBigUInt64LE(1n, 16); // sample_period
  attr.writeBigUInt64LE(PERF_SAMPLE_RAW, 24);
  attr.writeBigUInt64LE(readFormat, 32);
  attr.writeBigUInt64LE(attrWatermark, 40);
  attr.writeUInt32LE(wakeupBytes, 48);
  return attr;
}
