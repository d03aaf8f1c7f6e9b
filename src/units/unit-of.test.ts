import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { count, time, type Unit, unitOf } from './unit-of.ts';

describe('unitOf', () => {
  const rows: readonly [name: string, help: string, unit: Unit][] = [
    ['bio_latency_seconds', '', { symbol: 's', factor: 1 }],
    ['bio_latency_seconds_bucket', '', { symbol: 's', factor: 1 }],
    ['tcp_sent_bytes_total', '', { symbol: 'B', factor: 1 }],
    ['run_time_us', '', { symbol: 's', factor: 1e-6 }],
    ['run_time_us_max', '', { symbol: 's', factor: 1e-6 }],
    ['cpu_usage_ratio', '', { symbol: '%', factor: 100 }],
    ['Heat_CELSIUS', '', { symbol: '°C', factor: 1 }],
    ['queue_length', '', count],
    ['kfree_skb_total', 'Packets dropped, by reason', count],
    ['lag', 'How far we are behind, in milliseconds', { symbol: 's', factor: 1e-3 }],
    ['size', 'Size of requests (KiB)', { symbol: 'B', factor: 1024 }],
    ['flags_total', 'bytes of flags set', count],
    ['size_bytes', 'Size (in seconds)', { symbol: 'B', factor: 1 }],
    ['process_start_time_seconds', '', time],
    ['last_reload_timestamp_seconds', '', time],
    ['run_time_seconds_total', '', { symbol: 's', factor: 1 }],
    ['seconds', '', { symbol: 's', factor: 1 }],
    ['constructor', '', count],
    ['', '', count],
  ];
  for (const [name, help, unit] of rows) {
    test(`reads ${unit.symbol || 'a count'} out of ${name || 'no name'}${help && `, "${help}"`}`, () => {
      assert.deepEqual(unitOf(name, help), unit);
    });
  }
});
