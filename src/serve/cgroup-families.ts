import type { HierarchyState } from '../cgroups/cgroups.ts';
import { type Family, type Sample, smallFamily } from '../metrics/family.ts';
import { namePrefix } from '../metrics/metric.ts';

/** What is known of the hierarchies of cgroups that configs ask for; no samples when none does. */
export function cgroupFamilies(states: readonly HierarchyState[]): readonly Family[] {
  const samples = (value: (state: HierarchyState) => number): Sample[] =>
    states.map((state) => ({ labels: { hierarchy: state.hierarchy }, value: value(state) }));
  return [
    smallFamily(
      'gauge',
      `${namePrefix}cgroups`,
      'Cgroups whose names are known: those that are there (live), and those that are gone (remembered).',
      states.flatMap(({ hierarchy, live, remembered }) => [
        { labels: { hierarchy, state: 'live' }, value: live },
        { labels: { hierarchy, state: 'remembered' }, value: remembered },
      ]),
    ),
    smallFamily(
      'gauge',
      `${namePrefix}cgroups_notified`,
      'Whether the kernel tells of cgroups that come and go (1), or their tree is walked for unknown ids (0).',
      samples(({ mode }) => (mode === 'notified' ? 1 : 0)),
    ),
    smallFamily(
      'gauge',
      `${namePrefix}cgroups_unknown`,
      'Ids of cgroups that were asked for and are not known.',
      samples(({ unknown }) => unknown),
    ),
    smallFamily(
      'counter',
      `${namePrefix}cgroup_notification_errors_total`,
      'Notifications of cgroups that could not be read or that the kernel could not keep.',
      samples(({ notificationErrors }) => notificationErrors),
    ),
  ];
}
