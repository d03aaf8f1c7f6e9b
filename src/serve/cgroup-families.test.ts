import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEncoders } from '../exposition/encoders.ts';
import { Page } from '../exposition/page.ts';
import { cgroupFamilies } from './cgroup-families.ts';

/** The samples of a page. */
function lines(states: Parameters<typeof cgroupFamilies>[0]): string[] {
  const page = new Page();
  for (const _ of createEncoders().text.write(page, cgroupFamilies(states)));
  return page
    .bytes()
    .toString()
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
}

test('each hierarchy of cgroups has its numbers', () => {
  const state = { hierarchy: 'cgroup2', live: 5, remembered: 2, unknown: 1, notificationErrors: 3 };
  assert.deepEqual(
    lines([
      { ...state, mode: 'notified' },
      { ...state, hierarchy: 'memory', mode: 'walked' },
    ]),
    [
      'ebpf_exporter_cgroup_notification_errors_total{hierarchy="cgroup2"} 3',
      'ebpf_exporter_cgroup_notification_errors_total{hierarchy="memory"} 3',
      'ebpf_exporter_cgroups{hierarchy="cgroup2",state="live"} 5',
      'ebpf_exporter_cgroups{hierarchy="cgroup2",state="remembered"} 2',
      'ebpf_exporter_cgroups{hierarchy="memory",state="live"} 5',
      'ebpf_exporter_cgroups{hierarchy="memory",state="remembered"} 2',
      'ebpf_exporter_cgroups_notified{hierarchy="cgroup2"} 1',
      'ebpf_exporter_cgroups_notified{hierarchy="memory"} 0',
      'ebpf_exporter_cgroups_unknown{hierarchy="cgroup2"} 1',
      'ebpf_exporter_cgroups_unknown{hierarchy="memory"} 1',
    ],
  );
});

test('no hierarchy has no lines', () => assert.deepEqual(lines([]), []));
