import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { defaults, formatView, liveQuery, parseView, type ViewState } from './view-state.ts';

describe('the view in the URL', () => {
  const views: readonly Partial<ViewState>[] = [
    {},
    { search: 'tcp & udp' },
    { page: 'spans' },
    { page: 'metric', metric: 'a_total', search: '50%', pins: ['k=1', 'k 2'], top: 25, seconds: 300 },
    { page: 'metric', metric: 'b_seconds', axis: 'linear', sum: 'total', zoom: ['do_syscall_64', 'a;b'] },
  ];
  for (const view of views) {
    test(`comes back as it was: ${formatView(view)}`, () => {
      assert.deepEqual(parseView(formatView(view)), { ...defaults, ...view });
    });
  }

  test('is the default where it is damaged', () => {
    const damaged = '#metric=a&top=many&seconds=1e9&axis=round';
    assert.deepEqual(parseView(damaged), { ...defaults, page: 'metric', metric: 'a' });
    assert.deepEqual(parseView('#%E0%A4'), defaults);
  });

  test('asks for no more than is shown', () => {
    assert.equal(liveQuery({ ...defaults, search: 'tcp' }), 'seconds=900');
    assert.equal(
      liveQuery({ ...defaults, page: 'metric', metric: 'a', search: 'b', pins: ['c', 'd'] }),
      'seconds=900&metric=a&search=b&top=10&pin=c&pin=d',
    );
  });
});
