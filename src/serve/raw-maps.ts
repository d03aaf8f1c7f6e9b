import { messageOf } from '../errors.ts';
import type { Page } from '../exposition/page.ts';
import type { EntryBatch } from '../metrics/entry-source.ts';
import type { MetricInput } from '../metrics/metric.ts';
import { exactInteger } from '../metrics/placed-value.ts';
import type { ConfigMetrics } from './config-metrics.ts';

/** Key bytes, decoded labels and value of every entry of every map that a metric reads: for people, with --debug. */
export function* writeRawMaps(page: Page, configs: readonly ConfigMetrics[]): Iterable<void> {
  for (const { loaded, readings } of configs) {
    const metrics = readings.flatMap(({ map, metrics }) => metrics.map(({ input }) => ({ map, input })));
    for (const { map, input } of metrics) {
      page.text(`# config ${loaded.config.name}, map ${map}\n`);
      try {
        for (const batch of input.reading.source.batches()) {
          page.text(batchText(input, batch));
          yield;
        }
      } catch (thrown) {
        page.text(`# ${messageOf(thrown)}\n`);
      }
      page.text('\n');
    }
  }
}

function batchText(input: MetricInput, { count, keys, values }: EntryBatch): string {
  const lines: string[] = [];
  const { keySize, valuesPerEntry, valueStride } = input.reading.source;
  const value = (index: number): bigint => exactInteger(values, index * valueStride, input.value);
  for (let i = 0; i < count; i++) {
    const key = keys.subarray(i * keySize, (i + 1) * keySize);
    const first = i * valuesPerEntry;
    const all = Array.from({ length: valuesPerEntry }, (_, cpu) => value(first + cpu));
    if (!input.splitCpus) {
      const described = key.subarray(0, input.keyBytes);
      lines.push(
        entryLine(
          key,
          described,
          input,
          all.reduce((sum, one) => sum + one, 0n),
        ),
      );
      continue;
    }
    for (const [cpu, one] of all.entries()) {
      const index = Buffer.from(Uint16Array.of(cpu).buffer);
      lines.push(entryLine(key, Buffer.concat([key.subarray(0, input.keyBytes), index]), input, one));
    }
  }
  return lines.join('');
}

function entryLine(key: Buffer, described: Buffer, { labels }: MetricInput, value: bigint): string {
  return `0x${key.toString('hex')} ${labelsText(described, labels)} ${value}\n`;
}

function labelsText(described: Buffer, labels: MetricInput['labels']): string {
  const decoded: string[] = [];
  try {
    if (!labels.decode(described, decoded)) return '(skipped)';
  } catch (thrown) {
    return `(${messageOf(thrown)})`;
  }
  return `{${labels.names.map((name, i) => `${name}=${JSON.stringify(decoded[i])}`).join(', ')}}`;
}
