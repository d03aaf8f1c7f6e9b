import assert from 'node:assert/strict';
import { bucketTypes, type DecoderSpec, decoderNames, type LabelSpec } from '../../src/config/spec.ts';
import { compileLabels } from '../../src/decoders/compile.ts';
import { placeInOrder } from '../../src/decoders/placed-label.ts';
import { stubSystem } from '../../src/decoders/system-testing.ts';
import { createEncoders } from '../../src/exposition/encoders.ts';
import type { Format } from '../../src/exposition/format.ts';
import { Page } from '../../src/exposition/page.ts';
import type { EntrySource } from '../../src/metrics/entry-source.ts';
import { MapReading } from '../../src/metrics/map-reading.ts';
import type { Metric, MetricInput } from '../../src/metrics/metric.ts';
import { createMetric } from '../../src/metrics/metric-kinds.ts';
import { u64 } from '../../src/metrics/placed-value.ts';
import { Page as ParsedPage } from '../kernel/support/page.ts';
import type { Dice } from '../support/dice.ts';

export type FuzzedPages = Readonly<Record<Format, Buffer>>;

const patterns = ['.*', '^(.)', '(a)|b', '[^\\n]*', '(?i)x', '()'];
const texts = ['', 'read', 'a"b', 'c\\d', 'e\nf', 'é', '\ufffd', '{x="y"}', '# EOF', ','];

/** Random metrics over random entries: only the expected errors, and pages that a parser takes. */
export function fuzzPage(random: Dice): FuzzedPages {
  const metrics = Array.from({ length: 1 + random.below(3) }, (_, i) =>
    randomMetric(random, `fuzzed_${i}_total`),
  );
  const page = new Page(16);
  const encoders = createEncoders();
  const written = {} as Record<Format, Buffer>;
  for (let scrape = 0; scrape < 1 + random.below(5); scrape++) {
    for (const { reading } of metrics) for (const _ of reading.collect());
    for (const format of ['text', 'openmetrics'] as const) {
      page.moveTo(Buffer.alloc(64));
      for (const _ of encoders[format].write(
        page,
        metrics.map(({ metric }) => metric),
      ));
      written[format] = Buffer.from(page.bytes());
    }
    if (written.text.length > 0) new ParsedPage(written.text.toString());
    assert.ok(written.openmetrics.toString().endsWith('# EOF\n'));
  }
  return written;
}

function randomMetric(random: Dice, name: string): { metric: Metric; reading: MapReading } {
  const { below, pick } = random;
  const isHistogram = below(2) === 0;
  const labels = Array.from({ length: below(4) + (isHistogram ? 1 : 0) }, (_, i) => randomLabel(random, i));
  if (isHistogram && below(4) > 0) {
    labels[labels.length - 1] = { name: 'bucket', size: 1, padding: 0, decoders: [decoder(random, 'uint')] };
  }
  const compiled = compileLabels(placeInOrder(labels), stubSystem);
  const splitCpus =
    !isHistogram && below(4) === 0 && labels.at(-1)?.size === 2 && labels.at(-1)?.padding === 0;
  const keyBytes = compiled.size - (splitCpus ? 2 : 0);
  const input: MetricInput = {
    reading: new MapReading(randomSource(random, keyBytes, splitCpus || below(4) === 0 ? 1 + below(4) : 1)),
    labelsId: '',
    value: u64,
    onlineCpus: () => [0, 1, 2, 3],
    labels: compiled,
    keyBytes,
    splitCpus,
    skipCacheSize: below(3),
    onError: (error) => assert.equal(error.code, 'decode'),
  };
  const common = {
    name,
    map: name,
    value: undefined,
    maxSeries: 0,
    records: undefined,
    help: pick(texts) || 'help',
    labels,
  };
  if (!isHistogram) {
    return {
      metric: createMetric({ kind: 'counter', multiplier: 1, ...common }, input),
      reading: input.reading,
    };
  }
  const bucketMin = below(5);
  const spec = {
    sum: undefined,
    bucketType: pick(bucketTypes),
    bucketMin,
    bucketMax: bucketMin + below(60),
    bucketMultiplier: pick([1, 1e-9, 1e-6, 0.001, 50, 1e6]),
    bucketKeys: [1, 2, 5, 10, 200],
    buckets: [],
  };
  return {
    metric: createMetric({ kind: 'histogram', ...common, ...spec }, input),
    reading: input.reading,
  };
}

/** Sizes mostly suit no decoder: every length and every order must at worst cost the entry. */
function randomLabel(random: Dice, index: number): LabelSpec {
  const { below, pick } = random;
  return {
    name: `label_${pick(['a', 'b', 'z', ''])}${index}`,
    size: pick([1, 2, 2, 4, 4, 8, 8, 16, 1 + below(40)]),
    padding: pick([0, 0, 0, below(8)]),
    decoders: Array.from({ length: 1 + below(3) }, () => decoder(random, pick(decoderNames))),
  };
}

function decoder({ below, pick }: Dice, name: DecoderSpec['name']): DecoderSpec {
  return {
    name,
    staticMap: pick([
      undefined,
      new Map([
        ['1', pick(texts)],
        ['0', pick(texts)],
      ]),
    ]),
    allowUnknown: below(2) === 0,
    regexps: [pick(patterns), pick(patterns)],
  };
}

function randomSource({ below, pick, bytes }: Dice, keySize: number, valuesPerEntry: number): EntrySource {
  const entry = (): Buffer =>
    below(3) === 0 ? Buffer.alloc(keySize, pick([0, 1, 2, 0x61, 0xff])) : bytes(keySize);
  const pool = Array.from({ length: below(30) }, entry);
  return {
    keySize,
    valueStride: 8,
    valuesPerEntry,
    *batches() {
      const keys = pool.filter(() => below(4) > 0);
      const words = Array.from({ length: keys.length * valuesPerEntry * 2 }, () =>
        pick([0, 1, below(2 ** 31), 2 ** 32 - 1]),
      );
      yield {
        count: keys.length,
        keys: Buffer.concat(keys),
        values: Buffer.from(Uint32Array.from(words).buffer),
      };
    },
  };
}
