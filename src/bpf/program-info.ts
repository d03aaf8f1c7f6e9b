import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Native } from '../native/library.ts';
import { nativeError } from '../native/native-error.ts';

/** What the kernel says of a program. */
export type ProgramInfo = {
  readonly id: number;
  /** 16 hex digits. */
  readonly tag: string;
  /** Nanoseconds spent in the program while `kernel.bpf_stats_enabled` was 1. */
  readonly runTimeNs: number;
  /** Runs while `kernel.bpf_stats_enabled` was 1. */
  readonly runCount: number;
};

/** Offsets in `struct bpf_prog_info` (linux/bpf.h); run_cnt came with Linux 5.1. */
const offsets = { id: 4, tag: 8, runTimeNs: 192, runCount: 200, end: 208 } as const;

/** BPF_OBJ_GET_INFO_BY_FD. Throws `map_read` with the errno. */
export function readProgramInfo(native: Native, fd: number): ProgramInfo {
  const info = Buffer.alloc(offsets.end);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(info.length);
  if (native.bpf.bpf_obj_get_info_by_fd(fd, info, length) < 0) {
    throw nativeError({
      code: 'map_read',
      operation: 'read',
      object: 'what the kernel knows of a program',
      errno: native.errno(),
    });
  }
  return {
    id: info.readUInt32LE(offsets.id),
    tag: info.toString('hex', offsets.tag, offsets.tag + 8),
    runTimeNs: Number(info.readBigUInt64LE(offsets.runTimeNs)),
    runCount: Number(info.readBigUInt64LE(offsets.runCount)),
  };
}

/** Whether the kernel counts runs: the sysctl `kernel.bpf_stats_enabled`. */
export function runStatsEnabled(root = '/'): boolean {
  try {
    return readFileSync(join(root, 'proc/sys/kernel/bpf_stats_enabled'), 'utf8').trim() === '1';
  } catch {
    return false; // before Linux 5.1, or hidden from us
  }
}
