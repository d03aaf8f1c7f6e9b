import { messageOf } from '../errors.ts';
import { Changes } from '../kernel/changes.ts';
import type { Cgroups } from '../kernel/system.ts';
import type { Native } from '../native/library.ts';
import { openNotifications } from './fanotify.ts';
import { Hierarchy } from './hierarchy.ts';
import { HierarchyNames } from './hierarchy-names.ts';
import { MountTable } from './mount-table.ts';
import { type CgroupMount, findHierarchy, readCgroupMounts } from './mounts.ts';
import type { OpenNotifications } from './open-notifications.ts';

/** The id of the root of every whole hierarchy. */
const wholeRootId = 1;

export type CgroupsOptions = {
  readonly native: Native;
  /** Where /proc is found; `/` unless told. */
  readonly root?: string;
  readonly log: { warn(message: string): void; info(message: string): void };
  /** Those that were opened while that was allowed. They become ours. */
  readonly notifications?: Iterable<OpenNotifications>;
};

/** What is known of one hierarchy, for metrics about the exporter. */
export type HierarchyState = {
  readonly hierarchy: string;
  readonly mode: 'notified' | 'walked';
  readonly live: number;
  readonly remembered: number;
  readonly unknown: number;
  readonly notificationErrors: number;
};

/** The real cgroups. A hierarchy is opened when its names are first asked for, or by `open`. */
export class SystemCgroups implements Cgroups {
  readonly changes: Changes = new Changes();
  readonly #options: CgroupsOptions;
  readonly #mountTable: MountTable;
  readonly #names = new Map<string | undefined, HierarchyNames>();
  /** By device. One that is unmounted is kept for the names that it knows, until another takes its place. */
  readonly #hierarchies = new Map<string, Hierarchy>();
  readonly #inherited: Map<string, number>;
  readonly #said = new Set<string>();
  #mounts: readonly CgroupMount[] = [];
  #stale = true;

  constructor(options: CgroupsOptions) {
    this.#options = options;
    this.#mountTable = new MountTable(options.native, options.root);
    this.#inherited = new Map([...(options.notifications ?? [])].map(({ device, fd }) => [device, fd]));
  }

  hierarchy(wanted: string | undefined): HierarchyNames {
    const known = this.#names.get(wanted);
    if (known !== undefined) return known;
    const names = new HierarchyNames(wanted, this);
    this.#names.set(wanted, names);
    this.#stale = true;
    return names;
  }

  /** Opens every hierarchy whose names were asked for, so that nothing is missed from here on, and follows the mounts. */
  open(): void {
    if (this.#names.size === 0) return;
    if (this.#mountTable.changed()) {
      this.#mounts = readCgroupMounts(this.#options.root);
      this.#stale = true;
    }
    if (!this.#stale) return;
    this.#stale = false;
    for (const names of this.#names.values()) this.#bind(names);
    const used = new Set([...this.#names.values()].map(({ hierarchy }) => hierarchy));
    for (const [device, hierarchy] of this.#hierarchies) {
      if (used.has(hierarchy)) continue;
      hierarchy.close();
      this.#hierarchies.delete(device);
    }
  }

  /** Why the kernel does not tell of the cgroups of a hierarchy; undefined when it does. Opens it. */
  whyNotNotified(wanted: string | undefined): string | undefined {
    const names = this.hierarchy(wanted);
    this.open();
    if (names.hierarchy === undefined) return 'no cgroup hierarchy is mounted';
    return names.hierarchy.mode === 'notified'
      ? undefined
      : `${names.hierarchy.mount.path} is walked: notifications take Linux 6.6 and CAP_SYS_ADMIN when they are first needed`;
  }

  refresh(): void {
    this.open();
    for (const hierarchy of this.#hierarchies.values()) hierarchy.refresh();
  }

  states(): readonly HierarchyState[] {
    return [...this.#hierarchies.values()].map(({ mount, mode, tree, unknown, notificationErrors }) => ({
      hierarchy: mount.name,
      mode,
      live: tree.live,
      remembered: tree.remembered,
      unknown,
      notificationErrors,
    }));
  }

  /** Can be called twice. */
  close(): void {
    this.#mountTable.close();
    for (const hierarchy of this.#hierarchies.values()) hierarchy.close();
    for (const fd of this.#inherited.values()) this.#options.native.c.close(fd);
    this.#inherited.clear();
  }

  #bind(names: HierarchyNames): void {
    const mount = findHierarchy(this.#mounts, names.wanted);
    if (mount === undefined) {
      const what =
        names.wanted === undefined ? 'No cgroup hierarchy' : `No cgroup hierarchy "${names.wanted}"`;
      const present = this.#mounts.map(({ name }) => name).join(', ') || 'none';
      this.#say('warn', `${what} is mounted; there are: ${present}. Its cgroups stay unknown until it is`);
      return;
    }
    if (names.wanted === undefined && mount.version === 1) {
      this.#say(
        'info',
        `There is no cgroup2: cgroup ids are taken for those of ${mount.name}, at ${mount.path}`,
      );
    }
    names.answerFrom(this.#hierarchyAt(mount));
  }

  #hierarchyAt(mount: CgroupMount): Hierarchy {
    const known = this.#hierarchies.get(mount.device);
    if (known?.mount.rootId === mount.rootId && known.isMounted) {
      known.moved(mount.path);
      return known;
    }
    known?.close();
    const { native, log } = this.#options;
    const notifications = this.#notificationsOf(mount);
    const hierarchy = new Hierarchy({ native, mount, notifications, changes: this.changes, warn: log.warn });
    this.#hierarchies.set(mount.device, hierarchy);
    if (mount.rootId !== wholeRootId) {
      this.#say(
        'warn',
        `Only a part of the cgroup hierarchy ${mount.name} is at ${mount.path}, as in a private cgroup namespace: paths begin there, and cgroups outside of it stay unknown`,
      );
    }
    hierarchy.open();
    return hierarchy;
  }

  #notificationsOf({ device, path }: CgroupMount): number | undefined {
    const inherited = this.#inherited.get(device);
    this.#inherited.delete(device);
    if (inherited !== undefined) return inherited;
    try {
      return openNotifications(this.#options.native, path);
    } catch (thrown) {
      this.#say(
        'warn',
        `Cannot be notified of cgroups at ${path}: ${messageOf(thrown)}. Their names come from walking the tree, and those that are gone before they are asked for stay unknown`,
      );
      return undefined;
    }
  }

  #say(level: 'warn' | 'info', message: string): void {
    if (this.#said.has(message)) return;
    this.#said.add(message);
    this.#options.log[level](message);
  }
}
