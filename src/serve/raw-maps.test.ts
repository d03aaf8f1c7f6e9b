import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { decoderSpec, hostBytes } from '../decoders/decoder-testing.ts';
import { ExporterError } from '../errors.ts';
import { Page, type PagePart } from '../exposition/page.ts';
import type { MetricInput } from '../metrics/metric.ts';
import { createMetric } from '../metrics/metric-kinds.ts';
import { FakeSource, inputOf, label } from '../metrics/metric-testing.ts';
import type { ConfigMetrics } from './config-metrics.ts';
import { ErrorCounts } from './error-counts.ts';
import { RawMaps, writeRawMaps } from './raw-maps.ts';
import { counterSpec, loadedOf, unending } from './serve-testing.ts';

function rawMapsText(configs: readonly ConfigMetrics[]): string {
  const page = new Page(1);
  for (const _ of writeRawMaps(page, configs));
  return page.bytes().toString();
}

function configOf(name: string, inputs: Record<string, MetricInput>): ConfigMetrics {
  const readings = Object.entries(inputs).map(([map, input]) => ({
    map,
    reading: input.reading,
    metrics: [{ input, metric: createMetric(counterSpec(), input) }],
  }));
  return {
    loaded: loadedOf({ name }),
    readings,
    disabled: [],
    events: [],
    counts: new Map(),
    spans: [],
    errors: new ErrorCounts(),
    ...unending,
  };
}

test('every entry of every map is a line: key, labels, value', () => {
  const id = label('id', 4, 'uint');
  const onlyEven = label('id', 4, 'uint', decoderSpec('regexp', { regexps: ['[02468]$'] }));
  const cpu = label('cpu', 2, 'uint');
  const broken = new FakeSource(4);
  broken.batches = () => {
    throw new ExporterError('map_read', 'Cannot read map "d": EPERM');
  };
  const text = rawMapsText([
    configOf('one', {
      a: inputOf(
        new FakeSource(4, [
          [hostBytes(4, 1), 5],
          [hostBytes(4, 2), 2n ** 64n - 1n],
        ]),
        [onlyEven],
      ),
      b: inputOf(new FakeSource(3, [[Buffer.from('abc'), 1]]), [label('odd', 3, 'uint')]),
      c: inputOf(new FakeSource(4, [[Buffer.from('a"\n\0'), 1]]), [label('name', 4, 'string')]),
    }),
    configOf('two', {
      d: inputOf(broken, [id]),
      e: inputOf(new FakeSource(4), []),
      f: inputOf(new FakeSource(4, [[hostBytes(4, 0), 2n ** 63n, 2n ** 63n]], 2), []),
      g: inputOf(new FakeSource(4, [[hostBytes(4, 7), 3, 4]], 2), [id, cpu], {
        keyBytes: 4,
        splitCpus: true,
      }),
    }),
  ]);
  assert.equal(
    text,
    `# config one, map a
0x01000000 (skipped) 5
0x02000000 {id="2"} 18446744073709551615

# config one, map b
0x616263 (Cannot decode label "odd": uint needs 1, 2, 4 or 8 bytes, got 3) 1

# config one, map c
0x61220a00 {name="a\\"\\n"} 1

# config two, map d
# Cannot read map "d": EPERM

# config two, map e

# config two, map f
0x00000000 {} 18446744073709551616

# config two, map g
0x07000000 {id="7", cpu="0"} 3
0x07000000 {id="7", cpu="1"} 4

`,
  );
});

test('without configs there is nothing', () => assert.equal(rawMapsText([]), ''));

describe('raw maps', () => {
  const id = label('id', 4, 'uint');
  const entries = (count: number): [Buffer, number][] =>
    Array.from({ length: count }, (_, key) => [hostBytes(4, key), key]);
  const configs = [configOf('one', { a: inputOf(new FakeSource(4, entries(50_000)), [id]) })];
  const open = new AbortController().signal;

  async function textOf(parts: AsyncIterable<PagePart>): Promise<string> {
    let text = '';
    for await (const { bytes } of parts) text += bytes.toString();
    return text;
  }

  test('come in parts, as a whole, in the memory of one', async () => {
    let held = 0;
    let most = 0;
    const raw = new RawMaps(
      () => configs,
      () => undefined,
    );
    const text = await textOf(
      raw.parts(open, (bytes) => {
        held += bytes;
        most = Math.max(most, held);
      }),
    );
    assert.equal(text === rawMapsText(configs), true);
    assert.equal(held, 0);
    assert.ok(most > 0 && most < text.length, `${most} bytes`);
  });

  test('wait while a reading is under way', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    let reading: Promise<void> | undefined = promise;
    const raw = new RawMaps(
      () => configs,
      () => reading,
    );
    const parts = raw.parts(open, () => undefined);
    let come = false;
    const first = parts.next().then(() => {
      come = true;
    });
    for (let turn = 0; turn < 5; turn++) await setImmediate();
    assert.equal(come, false);
    reading = undefined;
    resolve();
    await first;
    await parts.return(undefined);
  });

  test('keep nothing for a reader who is gone', async () => {
    let held = 0;
    const gone = new AbortController();
    const parts = new RawMaps(
      () => configs,
      () => undefined,
    ).parts(gone.signal, (bytes) => {
      held += bytes;
    });
    await parts.next();
    assert.ok(held > 0);
    gone.abort();
    assert.equal(held, 0);
    assert.equal((await parts.next()).done, true);
  });

  test('of a config that ends are not read on', async () => {
    let closed = false;
    const ending = {
      ...configs[0]!,
      get closed() {
        return closed;
      },
    };
    const raw = new RawMaps(
      () => [ending],
      () => undefined,
    );
    const parts = raw.parts(open, () => undefined);
    const first = await parts.next();
    closed = true;
    assert.match(Buffer.from((await parts.next()).value!.bytes).toString(), /# the config was loaded anew\n/);
    assert.equal(first.value!.last, false);
  });

  test('of one reader do not wait for those of another who does not read', async () => {
    const raw = new RawMaps(
      () => configs,
      () => undefined,
    );
    const stalled = Array.from({ length: 20 }, () => raw.parts(open, () => undefined));
    for (const parts of stalled) await parts.next();
    assert.equal((await textOf(raw.parts(open, () => undefined))) === rawMapsText(configs), true);
  });
});
