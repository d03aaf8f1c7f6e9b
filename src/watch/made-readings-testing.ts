import type { Family, SeriesFamily } from '../metrics/family.ts';
import { Board } from './board.ts';
import type { MetricState } from './metric-state.ts';

/** A label set as the exporter writes it, and its values: of a histogram the counts of its buckets, and the sum. */
export type MadeSeries = readonly [labels: string, ...values: number[]];

/** A family whose series are those given. */
export function madeFamily(
  type: 'counter' | 'gauge' | 'histogram',
  name: string,
  help: string,
  made: readonly MadeSeries[],
  bounds: readonly number[] = [],
): SeriesFamily {
  return {
    name: `ebpf_exporter_${name}`,
    help,
    type,
    empty: made.length === 0,
    labelled: true,
    multiplier: 1,
    buckets: type === 'histogram' ? { bounds, sumPlace: bounds.length + 1, beyond: true } : undefined,
    *series(visit) {
      for (const [labels, ...values] of made) {
        const bytes = new TextEncoder().encode(labels);
        visit(new DataView(bytes.buffer), 0, bytes.length, Float64Array.from(values), 0, -1);
      }
      yield;
    },
    table: () => undefined,
    follow: () => () => undefined,
  };
}

/** The readings that the screens of tests show: of a counter, a gauge and a histogram, one a second. */
export function madeReading(second: number): Family[] {
  const calls = (each: number): number => each * second + 5 * second ** 2;
  return [
    madeFamily('counter', 'calls_total', 'System calls', [
      [`call="read",comm="sh"`, calls(100)],
      [`call="write",comm="two words"`, calls(1500)],
      [`call="openat",comm="日本\x1b[2J"`, calls(20)],
    ]),
    madeFamily('gauge', 'queue_bytes', 'Bytes in the queue', [
      [`device="sda"`, 4096 * (second + 1)],
      [`device="sdb"`, 1024],
    ]),
    madeFamily(
      'histogram',
      'wait_seconds',
      'Time that was waited',
      [
        [`kind="a"`, 0, 90 * second, 9 * second, second, 0, 0.2 * second],
        [`kind="b"`, 0, 0, 10 * second ** 2, 0, second, 4 * second],
      ],
      [0.001, 0.002, 0.004, 0.008],
    ),
  ];
}

/** The metrics after so many readings, a second apart. */
export function madeMetrics(
  readings: number,
  reading: (second: number) => Family[] = madeReading,
): readonly MetricState[] {
  const board = new Board();
  for (let second = 0; second < readings; second++) {
    board.update(new Map([['made', reading(second)]]), second * 1000);
  }
  return board.metrics;
}
