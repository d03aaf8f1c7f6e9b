import type { RecordSink } from '../bpf/record-pump.ts';
import type { RecordStream } from '../bpf/record-stream.ts';
import type { EventCounts } from '../metrics/event-counts.ts';

/** What a timer of Node.js can wait; more would be one millisecond. */
const longestTimerMs = 2 ** 31 - 1;

/** Counts records by their leading bytes. One that is too short is handed, copied, to `tooShort`. */
export function countRecords(counts: EventCounts, tooShort: (record: Buffer) => void): RecordSink {
  return {
    take(bytes, offset, length) {
      if (!counts.add(bytes, offset, length)) tooShort(Buffer.from(bytes.subarray(offset, offset + length)));
    },
  };
}

/** Clears counts over and over, with what the stream had for them by then, until `stop`. Never without an interval. */
export function clearEvery(
  intervalMs: number | undefined,
  counts: EventCounts,
  stream: RecordStream,
): { stop(): void } {
  if (intervalMs === undefined) return { stop: () => {} };
  const clear = (): void => {
    for (const _ of stream.flush());
    counts.clear();
  };
  const timer = setInterval(clear, Math.min(intervalMs, longestTimerMs)).unref();
  return { stop: () => clearInterval(timer) };
}
