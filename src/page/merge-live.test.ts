import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { HistogramView, Live, MetricSummary, MetricView } from '../live/live.ts';
import { mergeLive } from './merge-live.ts';

function live(time: number, view: Partial<MetricView>): Live {
  const whole: MetricView = {
    ...{ config: 'c', name: 'm', continues: true, times: [], total: 1, matched: 1, series: [], promql: [] },
    ...view,
  };
  return { version: 1, time, status: {} as Live['status'], metrics: [], views: [whole], unknown: [] };
}

const series = (key: string, ...values: (number | null)[]): MetricView['series'][number] => ({
  key,
  labels: { key },
  values,
  pinned: false,
});

const histogram = (...counts: HistogramView['counts']): HistogramView => {
  const points = counts.map((row) => row?.[0] ?? null);
  return { sets: 1, axis: 'log', bounds: [1], counts, quantiles: { p50: points, p90: points, p99: points } };
};

describe('an event', () => {
  const before = live(20, { times: [10, 20], series: [series('a', 1, 2)], histogram: histogram([1], null) });

  test('adds its points to those of before', () => {
    const event = live(30, { times: [30], series: [series('a', 3)], histogram: histogram([3]) });
    const [view] = mergeLive(before, event, 900).views;
    assert.deepEqual(view?.times, [10, 20, 30]);
    assert.deepEqual(view?.series[0]?.values, [1, 2, 3]);
    assert.deepEqual(view?.histogram?.counts, [[1], null, [3]]);
    assert.deepEqual(view?.histogram?.quantiles.p99, [1, null, 3]);
  });

  test('that does not go on replaces what was before', () => {
    const event = live(30, { continues: false, times: [20, 30], series: [series('b', null, 7)] });
    assert.deepEqual(mergeLive(before, event, 900).views, event.views);
  });

  test('drops what is older than what is shown', () => {
    const event = live(30, { times: [30], series: [series('a', 3)], histogram: histogram([3]) });
    const [view] = mergeLive(before, event, 10).views;
    assert.deepEqual(
      [view?.times, view?.series[0]?.values],
      [
        [20, 30],
        [2, 3],
      ],
    );
    assert.deepEqual(view?.histogram?.counts, [null, [3]]);
    assert.deepEqual(view?.histogram?.quantiles.p50, [null, 3]);
  });

  test('without new points keeps the old ones', () => {
    const [view] = mergeLive(before, live(20, { series: [series('a')], histogram: histogram() }), 900).views;
    assert.deepEqual(
      [view?.times, view?.series[0]?.values],
      [
        [10, 20],
        [1, 2],
      ],
    );
  });

  test('without the last minutes of a metric keeps those that are known', () => {
    const metric = (name: string, recent?: number[]): MetricSummary =>
      ({ name, ...(recent && { recent }) }) as unknown as MetricSummary;
    const old = { ...before, metrics: [metric('a', [1]), metric('b', [2])] };
    const event = { ...live(30, {}), metrics: [metric('b'), metric('a', [3]), metric('c')] };
    assert.deepEqual(
      mergeLive(old, event, 900).metrics.map(({ name, recent }) => [name, recent]),
      [
        ['b', [2]],
        ['a', [3]],
        ['c', undefined],
      ],
    );
  });
});
