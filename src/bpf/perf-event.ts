import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ExporterError } from '../errors.ts';
import type { Native } from '../native/library.ts';

/** What a section `perf_event/type=T,config=C,frequency=F` asks for: fields of `struct perf_event_attr`. */
export type PerfEvent = { readonly type: number; readonly config: bigint; readonly frequencyHz: bigint };

/** The fields that a section names, and the bits of each. */
const widths = new Map([
  ['type', 32],
  ['config', 64],
  ['frequency', 64],
]);

/** What a section asks for, or what is wrong with it. */
export function parsePerfEventSection(section: string): PerfEvent | string {
  const needed = 'perf_event/type=NUMBER,config=NUMBER,frequency=HERTZ is needed';
  const values = new Map<string, bigint>();
  for (const part of section.slice('perf_event/'.length).split(',')) {
    const [, key = '', value = ''] = /^(\w+)=(\d+|0x[0-9a-f]+)$/i.exec(part.trim()) ?? [];
    const width = widths.get(key);
    if (width === undefined || BigInt(value) >> BigInt(width) > 0n || values.has(key)) {
      return `"${part}" is not understood; ${needed}`;
    }
    values.set(key, BigInt(value));
  }
  const missing = [...widths.keys()].filter((key) => !values.has(key));
  if (missing.length > 0) return `it lacks ${missing.join(', ')}; ${needed}`;
  return {
    type: Number(values.get('type')),
    config: values.get('config')!,
    frequencyHz: values.get('frequency')!,
  };
}

/** The CPUs in /sys/devices/system/cpu/online, such as `0-3,8`. */
export function onlineCpus(root = '/'): number[] {
  const text = readFileSync(join(root, 'sys/devices/system/cpu/online'), 'utf8').trim();
  return text.split(',').flatMap((range) => {
    const [first = 0, last = first] = range.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  });
}

const syscallNumber: Partial<Record<string, number>> = { x64: 298, arm64: 241 };
const PERF_FLAG_FD_CLOEXEC = 8;
const attrFreq = 1n << 10n; // the `freq` bit of struct perf_event_attr: sample_freq is a frequency, not a period

/** perf_event_open(2) for all threads of one CPU: the descriptor, which is the caller's, or the errno below zero. */
export function openPerfEvent(native: Native, event: PerfEvent, cpu: number): number {
  const attr = Buffer.alloc(128); // PERF_ATTR_SIZE_VER7; later fields default to zero
  attr.writeUInt32LE(event.type, 0);
  attr.writeUInt32LE(attr.length, 4);
  attr.writeBigUInt64LE(event.config, 8);
  attr.writeBigUInt64LE(event.frequencyHz, 16);
  attr.writeBigUInt64LE(attrFreq, 40);
  const fd = perfEventOpen(native, attr, cpu);
  return fd >= 0 ? fd : -native.errno();
}

/**
 * perf_event_open(2) with a `struct perf_event_attr`, for all threads of one CPU; -1 and errno when it is refused. The
 * caller owns the descriptor.
 */
export function perfEventOpen(native: Native, attr: Buffer, cpu: number): number {
  const number = syscallNumber[process.arch];
  if (number === undefined) {
    throw new ExporterError('not_supported', `perf events are not supported on ${process.arch}`);
  }
  return native.c.syscall(number, attr, -1, cpu, -1, PERF_FLAG_FD_CLOEXEC);
}
