import { lstatSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { messageOf } from '../errors.ts';
import { type Changes, unknownName } from '../kernel/changes.ts';
import type { Native } from '../native/library.ts';
import { hasMark, NotificationReader } from './fanotify.ts';
import { type CgroupEvent, fanotifyMask } from './fanotify-event.ts';
import type { CgroupMount } from './mounts.ts';
import { CgroupTree } from './tree.ts';
import { walkCgroups } from './walk.ts';

export type HierarchyOptions = {
  readonly native: Native;
  readonly mount: CgroupMount;
  /** A descriptor of `openNotifications`, which becomes ours; undefined to walk the tree instead. */
  readonly notifications: number | undefined;
  /** Told when an answer of `path` may be another. */
  readonly changes: Changes;
  readonly warn: (message: string) => void;
  /** Milliseconds of a clock that never goes back. */
  readonly now?: () => number;
};

/** Between two walks for ids that are not known. */
const walkEveryMs = 1000;

/** Ids that were asked for in vain; of more than these, the ones asked first are forgotten. */
const mostMissed = 65_536;

/** Buffers of 64 KiB that are read in one turn of the event loop, and before an id is called unknown. */
const readsInTurn = 16;
const readsOnMiss = 256;

/** The cgroups of one hierarchy by id: kept up to date by notifications, or by walking the tree when one is not known. */
export class Hierarchy {
  readonly mount: CgroupMount;
  readonly tree: CgroupTree;
  readonly #options: HierarchyOptions;
  readonly #now: () => number;
  #notified:
    | { readonly fd: number; readonly reader: NotificationReader; poll: { close(): void } }
    | undefined;
  /** Ids that were asked for in vain, and whether the tree was walked since. */
  readonly #missed = new Map<number, 'new' | 'walked for'>();
  #walkedMs = Number.NEGATIVE_INFINITY;
  #overflowed = false;
  #changed = false;
  #errors = 0;

  constructor(options: HierarchyOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
    this.mount = options.mount;
    this.tree = new CgroupTree(this.#now);
  }

  get mode(): 'notified' | 'walked' {
    return this.#notified === undefined ? 'walked' : 'notified';
  }

  /** Failures and overflows of the notifications. */
  get notificationErrors(): number {
    return this.#errors;
  }

  /** Ids that were asked for and are not known. */
  get unknown(): number {
    return this.#missed.size;
  }

  /** Learns what is there and follows it from here on. Nothing is missed from when the notifications were opened. */
  open(): void {
    const { native, notifications: fd } = this.#options;
    if (fd !== undefined) {
      const poll = native.onReadable(fd, () => this.#read(readsInTurn));
      this.#notified = { fd, reader: new NotificationReader(native, fd), poll };
    }
    this.#walk();
  }

  /** The path of a cgroup that is there, or was and is remembered. */
  path(id: bigint): string | undefined {
    // The kernel gives ids in rising order: none can have come so far.
    if (id > BigInt(Number.MAX_SAFE_INTEGER)) return undefined;
    const number = Number(id);
    let path = this.tree.path(number);
    if (path === undefined) {
      this.#miss(number);
      if (this.#notified !== undefined) this.#read(readsOnMiss);
      else if (this.#missed.get(number) === 'new') this.#walkWhenDue();
      path = this.tree.path(number);
    }
    if (path !== undefined) this.#missed.delete(number);
    return path;
  }

  /** To be called now and then: finds names of what was unknown, and forgets what was not asked for in long. */
  refresh(): void {
    this.tree.forget();
    if (this.#missed.size === 0) return;
    if (this.#notified === undefined && [...this.#missed.values()].includes('new')) this.#walkWhenDue();
    if (!this.#changed) return;
    this.#changed = false;
    const found = [...this.#missed.keys()].filter((id) => this.tree.path(id) !== undefined);
    for (const id of found) this.#missed.delete(id);
    if (found.length > 0) this.#options.changes.note(unknownName);
  }

  /** False when what was mounted is gone, though the device of another may have its number. */
  get isMounted(): boolean {
    return this.#notified === undefined || hasMark(this.#notified.fd);
  }

  /** Where the hierarchy is to be seen now. */
  moved(path: string): void {
    if (this.tree.rawPath(this.mount.rootId) === path) return;
    this.#add(this.mount.rootId, path, 0);
    if (this.#notified === undefined) this.#walk(); // what is there now may be another
  }

  /** Closes the notifications; names that are known stay. Can be called twice. */
  close(): void {
    this.#notified?.poll.close();
    if (this.#notified !== undefined) this.#options.native.c.close(this.#notified.fd);
    this.#notified = undefined;
  }

  #miss(id: number): void {
    if (this.#missed.has(id)) return;
    this.#missed.set(id, 'new');
    if (this.#missed.size > mostMissed) this.#missed.delete(this.#missed.keys().next().value!);
  }

  #walkWhenDue(): void {
    if (this.#now() - this.#walkedMs >= walkEveryMs) this.#walk();
  }

  #walk(): void {
    const { mount, tree } = this;
    const path = tree.rawPath(mount.rootId) ?? mount.path;
    tree.beginWalk();
    this.#add(mount.rootId, path, 0);
    const walk = walkCgroups(this.#options.native, path, (id, name, parent) => this.#add(id, name, parent));
    for (const _ of walk);
    tree.endWalk();
    this.#walkedMs = this.#now();
    for (const id of this.#missed.keys()) this.#missed.set(id, 'walked for');
  }

  #add(id: number, name: string, parent: number): void {
    const news = this.tree.add(id, name, parent);
    if (news === 'renamed') this.#options.changes.note(~unknownName);
    if (news === 'new') this.#changed = true;
  }

  #read(reads: number): void {
    try {
      this.#notified?.reader.read((event) => this.#apply(event), reads);
    } catch (thrown) {
      this.#errors++;
      this.#options.warn(
        `Cannot read what happens to cgroups at ${this.mount.path}: ${messageOf(thrown)}; their names come from walking the tree from now on`,
      );
      this.close();
      this.#walk();
    }
    if (!this.#overflowed) return;
    this.#overflowed = false;
    this.#errors++;
    this.#options.warn(
      `More happened to cgroups at ${this.mount.path} than the kernel keeps (fs.fanotify.max_queued_events): the tree was walked again, and those that came and went in between stay unknown`,
    );
    this.#walk();
  }

  #apply(event: CgroupEvent): void {
    const { mask, id, name, parent } = event;
    if ((mask & fanotifyMask.overflow) !== 0) this.#overflowed = true;
    if ((mask & fanotifyMask.onDirectory) === 0) return;
    if ((mask & (fanotifyMask.create | fanotifyMask.movedTo)) !== 0) this.#find(event);
    // After a move: what the kernel told at once happened in this order.
    if ((mask & fanotifyMask.delete) !== 0 && id !== undefined) {
      this.tree.remove(id, name, parent);
      this.#changed = true;
    }
  }

  /** Adds what is under a name now. When it is gone already, the event of its end has its id. */
  #find({ id, name, parent }: CgroupEvent): void {
    // In the place of a parent that was deleted, there may be another by now.
    const directory = this.tree.isLive(parent) ? this.tree.rawPath(parent) : undefined;
    if (directory === undefined) return;
    const found = inodeOf(`${directory}/${name}`);
    if (found !== undefined && (id === undefined || id === found)) this.#add(found, name, parent);
  }
}

function inodeOf(path: string): number | undefined {
  try {
    return lstatSync(Buffer.from(path, 'latin1'), { throwIfNoEntry: false })?.ino;
  } catch {
    return undefined; // It is being removed (ENODEV) or hidden from us: as if it were not there.
  }
}
