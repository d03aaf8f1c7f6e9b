import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { hostBytes } from '../decoders/decoder-testing.ts';
import type { Metric } from '../metrics/metric.ts';
import { createMetric } from '../metrics/metric-kinds.ts';
import { FakeSource, inputOf, label } from '../metrics/metric-testing.ts';
import { counterSpec } from '../serve/serve-testing.ts';
import { MetricHistory } from './metric-history.ts';
import { Ranking } from './ranking.ts';
import { timelineOf } from './timeline.ts';

const limits = { seconds: 3600, points: 360 };

/** A counter by key, and what reads it into a history at a time. */
function made(bytes: number): {
  metric: Metric;
  history: MetricHistory;
  read: (time: number, values: Record<number, number>, rankings?: Ranking[]) => void;
} {
  const source = new FakeSource(4);
  const labels = [label('key', 4, 'uint')];
  const input = inputOf(source, labels);
  const metric = createMetric(counterSpec({ labels }), input);
  const history = new MetricHistory(metric, limits, bytes);
  return {
    metric,
    history,
    read: (time, values, rankings = []) => {
      source.entries = Object.entries(values).map(([key, value]) => [hostBytes(4, Number(key)), value]);
      for (const _ of input.reading.collect());
      for (const _ of history.record(metric, time, rankings));
    },
  };
}

function rises(history: MetricHistory, text: string): number[] {
  const slot = history.seriesOf(text);
  return history.places().map((place) => slot?.values[place] ?? Number.NaN);
}

function totals(history: MetricHistory): number[] {
  return history.places().map((place) => history.totals[place]!);
}

describe('the history of a metric', () => {
  it('keeps by how much each series and all of them rose', () => {
    const { history, read } = made(1e6);
    read(1000, { 1: 5, 2: 100 });
    read(1015, { 1: 8, 2: 100 });
    read(1030, { 1: 9, 2: 150 });
    assert.deepEqual(rises(history, 'key="1"'), [Number.NaN, 3, 1]);
    assert.deepEqual(rises(history, 'key="2"'), [Number.NaN, 0, 50]);
    assert.deepEqual(totals(history), [Number.NaN, 3, 51]);
    assert.deepEqual(
      timelineOf(history, undefined).map(({ seconds }) => seconds),
      [Number.NaN, 15, 15],
    );
  });

  it('takes what begins anew, or is new, as risen from 0', () => {
    const { history, read } = made(1e6);
    read(1000, { 1: 50 });
    read(1015, { 1: 7 });
    read(1030, { 1: 7, 2: 3 });
    assert.deepEqual(rises(history, 'key="1"'), [Number.NaN, 7, 0]);
    assert.deepEqual(rises(history, 'key="2"'), [Number.NaN, Number.NaN, 3]);
    assert.deepEqual(totals(history), [Number.NaN, 7, 3]);
  });

  it('has no point of a series that was not there', () => {
    const { history, read } = made(1e6);
    read(1000, { 1: 1, 2: 1 });
    read(1015, { 2: 2 });
    read(1030, { 1: 4, 2: 3 });
    assert.deepEqual(rises(history, 'key="1"'), [Number.NaN, Number.NaN, 3]);
  });

  it('leaves out readings that come too soon, and goes back an hour', () => {
    const { history, read } = made(1e6);
    for (let second = 0; second < 5000; second++) read(second, { 1: second });
    const times = history.places().map((place) => history.times[place]!);
    assert.ok(times.length <= 360 && times.length > 300, `${times.length} points`);
    assert.ok(times.at(-1)! - times[0]! <= 3600);
    assert.ok(rises(history, 'key="1"').every((rise, i) => i === 0 || (rise >= 9 && rise <= 10)));
  });

  it('keeps those that change most when there is no room for all', () => {
    const { history, read } = made(20_000);
    const values = (round: number): Record<number, number> =>
      Object.fromEntries(Array.from({ length: 200 }, (_, key) => [key, key === 150 ? round * 1000 : round]));
    for (let round = 0; round < 10; round++) read(1000 + round * 15, values(round));
    assert.ok(history.tracked.length < 100, `${history.tracked.length} series`);
    assert.equal(rises(history, 'key="150"').at(-1), 1000);
    assert.equal(totals(history).at(-1), 1199);
  });

  it('starts over when the clock was set back', () => {
    const { history, read } = made(1e6);
    read(5000, { 1: 1 });
    read(1000, { 1: 2 });
    read(1015, { 1: 4 });
    assert.deepEqual(
      history.places().map((place) => history.times[place]),
      [1000, 1015],
    );
  });

  it('offers all series to rankings: the fastest first, behind those that are pinned', () => {
    const { read } = made(1e6);
    const pins = new Set(['key="3"']);
    const ranking = new Ranking({ top: 2, search: '', pins, by: 'speed' });
    const found = new Ranking({ top: 2, search: 'key=1', pins: new Set(), by: 'speed' });
    read(1000, { 1: 0, 2: 0, 3: 0, 11: 0 });
    read(1015, { 1: 30, 2: 45, 3: 0, 11: 60 }, [ranking, found]);
    assert.deepEqual(
      ranking.found.map(({ text, speed }) => [text, speed]),
      [
        ['key="3"', 0],
        ['key="11"', 4],
        ['key="2"', 3],
      ],
    );
    assert.deepEqual([ranking.total, found.total, found.matched], [4, 4, 2]);
  });
});
