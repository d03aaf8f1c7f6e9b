import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { compileLabels } from '../decoders/compile.ts';
import { decoderSpec, hostBytes } from '../decoders/decoder-testing.ts';
import { placeInOrder } from '../decoders/placed-label.ts';
import { stubSystem } from '../decoders/system-testing.ts';
import { ExporterError } from '../errors.ts';
import type { EntrySource } from './entry-source.ts';
import type { SeriesVisitor } from './family.ts';
import { type Entry, FakeSource, label } from './metric-testing.ts';
import { collect, ids, tableOf, textOf } from './series-table-testing.ts';

const id = label('id', 4, 'uint');
const onlyEven = decoderSpec('regexp', { regexps: ['[02468]$'] });

test('keys with equal label values are summed', () => {
  const parity = decoderSpec('static_map', {
    staticMap: new Map([
      ['1', 'odd'],
      ['2', 'even'],
      ['3', 'odd'],
    ]),
  });
  const source = new FakeSource(4, ids(1, 2, 3));
  const table = tableOf(source, [label('parity', 4, 'uint', parity)]);
  for (let scrape = 0; scrape < 5; scrape++) {
    assert.deepEqual(collect(table), { 'parity="odd"': 40, 'parity="even"': 20 });
  }
});

test('a key that a walk meets twice in one scrape counts once', () => {
  const source = new FakeSource(4, [...ids(1, 2), ...ids(1), [hostBytes(4, 2), 99]]);
  assert.deepEqual(collect(tableOf(source, [id])), { 'id="1"': 10, 'id="2"': 20 });
});

test('label values whose joined text would be the same stay apart', () => {
  const texts = [
    ['a', 'b","b="c'],
    ['a","b="b', 'c'],
    ['a\\', 'b'],
    ['a', '\\b'],
    ['a,', 'b'],
    ['a', ',b'],
  ];
  const key = (text: string): Buffer => Buffer.concat([Buffer.from(text), Buffer.alloc(12 - text.length)]);
  const source = new FakeSource(
    24,
    texts.map((pair) => [Buffer.concat(pair.map(key)), 1]),
  );
  const found = collect(tableOf(source, [label('a', 12, 'string'), label('b', 12, 'string')]));
  assert.equal(Object.keys(found).length, texts.length);
});

test('labels are sorted by name, values go with them', () => {
  const source = new FakeSource(8, [[hostBytes(4, 1, 2), 3]]);
  assert.deepEqual(collect(tableOf(source, [label('z', 4, 'uint'), label('a', 4, 'uint')])), {
    'a="2",z="1"': 3,
  });
});

test('a value is right to the precision of a double up to 2^64-1', () => {
  const values = [0n, 2n ** 32n, 2n ** 53n - 1n, 2n ** 53n + 2n, 2n ** 63n, 2n ** 64n - 1n];
  const source = new FakeSource(
    4,
    values.map((value, i) => [hostBytes(4, i), value]),
  );
  assert.deepEqual(
    collect(tableOf(source, [id])),
    Object.fromEntries(values.map((value, i) => [`id="${i}"`, Number(value)])),
  );
});

test('bytes of a key that labels do not describe do not matter', () => {
  const source = new FakeSource(8, [
    [hostBytes(4, 1, 7), 3],
    [hostBytes(4, 2, 8), 4],
  ]);
  assert.deepEqual(collect(tableOf(source, [id])), { 'id="1"': 3, 'id="2"': 4 });
});

test('a table without labels has one series, also for a map of one entry that is no longer there', () => {
  const source = new FakeSource(4, [[hostBytes(4, 0), 7]]);
  const table = tableOf(source, []);
  assert.deepEqual(collect(table), { '': 7 });
  source.entries = [];
  assert.deepEqual(collect(table), {});
});

test('a read that fails half way leaves nothing behind for the next', () => {
  const source = new FakeSource(4, ids(1, 2, 3, 4));
  const table = tableOf(source, [id]);
  for (const _ of table.reading.collect()) break;
  assert.deepEqual(collect(table), { 'id="1"': 10, 'id="2"': 20, 'id="3"': 30, 'id="4"': 40 });
});

describe('a key that gives no series', () => {
  test('is dropped silently when a decoder skips it, and decoded once', () => {
    const source = new FakeSource(4, ids(1, 2));
    let decoded = 0;
    const labels = compileLabels(placeInOrder([label('id', 4, 'uint', onlyEven)]), stubSystem);
    const decode: typeof labels.decode = (...args) => {
      decoded++;
      return labels.decode(...args);
    };
    const table = tableOf(source, [id], { labels: { ...labels, decode } });
    for (let scrape = 0; scrape < 5; scrape++) assert.deepEqual(collect(table), { 'id="2"': 20 });
    assert.equal(table.table.errors, 0);
    assert.equal(decoded, 2);
  });

  test('is remembered only as far as the skip cache reaches', () => {
    const source = new FakeSource(4, ids(1, 3, 5, 7, 2));
    const table = tableOf(source, [label('id', 4, 'uint', onlyEven)], { skipCacheSize: 2 });
    for (let scrape = 0; scrape < 8; scrape++) {
      assert.deepEqual(collect(table), { 'id="2"': 20 });
      assert.equal(table.table.keyCount, 3);
    }
  });

  test('counts as an error in every scrape when it cannot be decoded, but is decoded and reported once', () => {
    const source = new FakeSource(3, [
      [Buffer.from('abc'), 1],
      [Buffer.from('abd'), 1],
    ]);
    const reports: string[] = [];
    const onError = (error: ExporterError, key: Buffer): void => {
      reports.push(`${key}: ${error.code}`);
    };
    const table = tableOf(source, [label('odd', 3, 'uint')], { onError });
    for (let scrape = 0; scrape < 5; scrape++) {
      assert.deepEqual(collect(table), {});
      assert.equal(table.table.errors, 2);
      assert.equal(table.table.usable, true);
    }
    assert.deepEqual(reports, ['abc: decode', 'abd: decode']);
    source.entries = [];
    collect(table);
    assert.equal(table.table.errors, 0);
  });

  test('makes the table unusable as long as it is there when it has no place', () => {
    const source = new FakeSource(4, ids(1, 2));
    const reports: string[] = [];
    const table = tableOf(source, [id], {
      onError: (error) => reports.push(error.message),
      place: ([value]) => {
        if (value === '2') throw new ExporterError('decode', 'no place');
        return 0;
      },
    });
    for (const [entries, usable] of [
      [ids(1, 2), false],
      [ids(1), true],
      [ids(2), false],
    ] as const) {
      source.entries = entries;
      collect(table);
      assert.equal(table.table.usable, usable);
      assert.equal(table.table.errors, usable ? 0 : 1);
    }
    assert.deepEqual(reports, ['no place']);
  });

  test('does not hide an error that is not about decoding', () => {
    const source = new FakeSource(4, ids(1));
    const bug = new TypeError('bug');
    const table = tableOf(source, [id], {
      place: () => {
        throw bug;
      },
    });
    assert.throws(() => collect(table), bug);
  });
});

describe('memory', () => {
  test('follows the live keys while a million others come and go', () => {
    let first = 0;
    const source: EntrySource = {
      keySize: 4,
      valueStride: 8,
      valuesPerEntry: 1,
      *batches() {
        const count = first < 1_000_000 ? 10_000 : 1;
        const keys = Uint32Array.from({ length: count }, (_, i) => (i === 0 ? 0xffffffff : first + i));
        yield {
          count,
          keys: Buffer.from(keys.buffer),
          values: Buffer.from(new Uint32Array(2 * count).fill(1).buffer),
        };
      },
    };
    let nowMs = 0;
    const table = tableOf(source, [id], { nowMs: () => nowMs });
    for (; first < 1_000_000; first += 10_000) {
      nowMs += 30_000;
      for (const _ of table.reading.collect());
      assert.ok(table.table.keyCount <= 60_000, `${table.table.keyCount} keys are in memory`);
    }
    for (let scrape = 0; scrape < 6; scrape++) {
      nowMs += 30_000;
      assert.deepEqual(collect(table), { 'id="4294967295"': 2 ** 32 + 1 });
    }
    assert.equal(table.table.keyCount, 1);
  });

  const minutes: readonly [sentence: string, everyMs: number, afterMs: number, keys: number][] = [
    ['stays for a minute, however often the map is read', 100, 59_900, 2],
    ['is forgotten within two minutes', 100, 120_100, 1],
    ['stays as long as no reading misses it', 600_000, 600_000, 2],
    ['is forgotten when readings are ten minutes apart', 600_000, 1_800_000, 1],
  ];
  for (const [sentence, everyMs, afterMs, keys] of minutes) {
    test(`a key that left its map ${sentence}`, () => {
      const source = new FakeSource(4, ids(1, 2));
      let nowMs = 0;
      const table = tableOf(source, [id], { nowMs: () => nowMs });
      collect(table);
      source.entries = ids(1);
      while (nowMs < afterMs) {
        nowMs += everyMs;
        collect(table);
      }
      assert.equal(table.table.keyCount, keys);
    });
  }

  test('a key is not forgotten for readings that failed', () => {
    const source = new FakeSource(4, ids(1, 2, 3));
    let nowMs = 0;
    const table = tableOf(source, [id], { nowMs: () => nowMs });
    collect(table);
    for (let minute = 0; minute < 5; minute++) {
      nowMs += 60_000;
      for (const _ of table.reading.collect()) break;
    }
    assert.equal(table.table.keyCount, 3);
  });

  test('a key that leaves and returns has its series again, at any distance', () => {
    const source = new FakeSource(4);
    let nowMs = 0;
    const table = tableOf(source, [id], { nowMs: () => nowMs });
    for (let scrape = 0; scrape < 200; scrape++) {
      nowMs += 30_000;
      const numbers = [1, 2, 3, 5, 7, 11, 13].filter((period) => scrape % period === 0);
      source.entries = ids(...numbers);
      const expected = Object.fromEntries(numbers.map((number) => [`id="${number}"`, number * 10]));
      assert.deepEqual(collect(table), expected);
    }
  });
});

describe('split by CPU', () => {
  const cpu = label('cpu', 2, 'uint');

  test('every CPU is a series beside the other labels', () => {
    const source = new FakeSource(
      4,
      [
        [hostBytes(4, 7), 1, 2, 3],
        [hostBytes(4, 8), 4, 0, 2n ** 40n],
      ],
      3,
    );
    const table = tableOf(source, [id, cpu], { keyBytes: 4, splitCpus: 3 });
    for (let scrape = 0; scrape < 4; scrape++) {
      assert.deepEqual(collect(table), {
        'cpu="0",id="7"': 1,
        'cpu="1",id="7"': 2,
        'cpu="2",id="7"': 3,
        'cpu="0",id="8"': 4,
        'cpu="1",id="8"': 0,
        'cpu="2",id="8"': 2 ** 40,
      });
    }
  });

  test('the key is not part of it when cpu is the only label', () => {
    const source = new FakeSource(4, [[hostBytes(4, 0), 5, 6]], 2);
    const table = tableOf(source, [cpu], { keyBytes: 0, splitCpus: 2 });
    assert.deepEqual(collect(table), { 'cpu="0"': 5, 'cpu="1"': 6 });
  });

  test('a CPU can be skipped, or be beyond decoding, alone', () => {
    const source = new FakeSource(4, [[hostBytes(4, 7), 1, 2, 3]], 3);
    const errors: string[] = [];
    const onlyKnown = decoderSpec('regexp', { regexps: ['[02]'] });
    const table = tableOf(source, [id, label('cpu', 2, 'uint', onlyKnown)], {
      keyBytes: 4,
      splitCpus: 3,
      onError: (_, key) => errors.push(key.toString('hex')),
      place: ([, cpu]) => {
        if (cpu === '2') throw new ExporterError('decode', 'no place');
        return 0;
      },
    });
    for (let scrape = 0; scrape < 4; scrape++) {
      assert.deepEqual(collect(table), { 'cpu="0",id="7"': 1 });
      assert.deepEqual([table.table.errors, table.table.keyCount], [1, 1]);
    }
    assert.deepEqual(errors, [Buffer.concat([hostBytes(4, 7), hostBytes(2, 2)]).toString('hex')]);
  });

  test('without it the CPUs are summed', () => {
    const source = new FakeSource(4, [[hostBytes(4, 7), 1, 2 ** 40, 3]], 3);
    assert.deepEqual(collect(tableOf(source, [id])), { 'id="7"': 2 ** 40 + 4 });
  });
});

test('a table of wide strides moves them whole when label sets are dropped', () => {
  const source = new FakeSource(4);
  const table = tableOf(source, [label('id', 2, 'uint'), label('place', 2, 'uint')], {
    places: 3,
    exportedLabels: 1,
    place: (values) => Number(values[1]),
  });
  for (let scrape = 0; scrape < 30; scrape++) {
    const live = scrape < 3 ? [1, 2, 3] : [1, 3];
    source.entries = live.flatMap((number) =>
      [0, 1, 2].map((place): Entry => [hostBytes(2, number, place), number * 100 + place]),
    );
    for (const _ of table.reading.collect());
    const found: [string, number[]][] = [];
    const visit: SeriesVisitor = (texts, start, end, values, at) => {
      found.push([textOf(texts, start, end), [...values.subarray(at, at + 3)]]);
    };
    for (const _ of table.table.slices(visit));
    assert.deepEqual(
      found,
      live.map((number) => [`id="${number}"`, [number * 100, number * 100 + 1, number * 100 + 2]]),
    );
  }
});
