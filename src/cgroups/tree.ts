import { performance } from 'node:perf_hooks';

type Cgroup = {
  /** A character for a byte; of the root, the mount point. */
  name: string;
  /** The id of its parent, which may not be known; 0 for the root. */
  parent: number;
  /** The walk, or the time between two, in which it was last seen. */
  seen: number;
  /** When its name was last given after it was deleted, or when that was. Undefined while it is there. */
  usedMs: number | undefined;
};

/** Told of every cgroup that is there and whose path is known. */
export type TreeListener = {
  /** It is there under this path: new, or renamed, or nothing changed. */
  present(id: number, path: string): void;
  gone(id: number): void;
};

/** A deleted cgroup is remembered for so long after its name was last asked for. */
const rememberMs = 10 * 60_000;

/** Paths are at most 4,096 bytes (PATH_MAX). What ids that were used again leave behind could lead in a circle. */
const deepest = 2048;

/** A machine that makes a thousand cgroups a second must not have us remember half a million. */
const mostRemembered = 100_000;

/**
 * The cgroups of one hierarchy, by id. A deleted one, which a program may still name, is remembered for ten minutes after
 * its last use. Parents are known by their ids, so that a cgroup may be added before its parent.
 */
export class CgroupTree {
  readonly #now: () => number;
  readonly #cgroups = new Map<number, Cgroup>();
  /** Ids of deleted ones, the one longest not used first. */
  readonly #deleted = new Set<number>();
  readonly #listeners = new Set<TreeListener>();
  #walk = 0;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  get live(): number {
    return this.#cgroups.size - this.#deleted.size;
  }

  get remembered(): number {
    return this.#deleted.size;
  }

  /** Whether it is there, as far as is known. */
  isLive(id: number): boolean {
    const cgroup = this.#cgroups.get(id);
    return cgroup !== undefined && cgroup.usedMs === undefined;
  }

  /** The path of a cgroup that is there or was; undefined where an ancestor is not known. Counts as a use. */
  path(id: number): string | undefined {
    const path = this.#pathOf(id, (ancestor, cgroup) => {
      if (cgroup.usedMs !== undefined) this.#remember(ancestor, cgroup);
    });
    return path && text(path);
  }

  /** The path in bytes, a character for each, for system calls. */
  rawPath(id: number): string | undefined {
    return this.#pathOf(id);
  }

  /** A cgroup that is there. Says whether that is news: a renamed one renames all below it. */
  add(id: number, name: string, parent: number): 'known' | 'new' | 'renamed' {
    const known = this.#cgroups.get(id);
    if (known !== undefined && known.usedMs === undefined) {
      known.seen = this.#walk;
      if (known.name === name && known.parent === parent) return 'known';
      known.name = name;
      known.parent = parent;
      for (const listener of this.#listeners) this.#tellAll(listener);
      return 'renamed';
    }
    this.#deleted.delete(id);
    this.#cgroups.set(id, { name, parent, seen: this.#walk, usedMs: undefined });
    const path = this.#listeners.size > 0 ? this.#pathOf(id) : undefined;
    if (path !== undefined) for (const listener of this.#listeners) listener.present(id, text(path));
    return 'new';
  }

  /** A cgroup that is gone, under the name that it had last. It need not have been known. */
  remove(id: number, name: string, parent: number): void {
    this.#cgroups.delete(id);
    this.#delete(id, { name, parent, seen: this.#walk, usedMs: undefined });
  }

  /** Everything that is not added from here to the next `endWalk` is gone. */
  beginWalk(): void {
    this.#walk++;
  }

  endWalk(): void {
    for (const [id, cgroup] of this.#cgroups) {
      if (cgroup.usedMs === undefined && cgroup.seen !== this.#walk) this.#delete(id, cgroup);
    }
  }

  /** Forgets what was deleted and not used for long. */
  forget(): void {
    const oldest = this.#now() - rememberMs;
    for (const id of this.#deleted) {
      if (this.#deleted.size <= mostRemembered && this.#cgroups.get(id)!.usedMs! > oldest) return;
      this.#deleted.delete(id);
      this.#cgroups.delete(id);
    }
  }

  /** Tells of all that is there and of all that comes and goes. */
  listen(listener: TreeListener): void {
    this.#tellAll(listener);
    this.#listeners.add(listener);
  }

  unlisten(listener: TreeListener): void {
    this.#listeners.delete(listener);
  }

  #tellAll(listener: TreeListener): void {
    for (const [id, { usedMs }] of this.#cgroups) {
      const path = usedMs === undefined ? this.#pathOf(id) : undefined;
      if (path !== undefined) listener.present(id, text(path));
    }
  }

  #delete(id: number, cgroup: Cgroup): void {
    this.#remember(id, cgroup);
    this.#cgroups.set(id, cgroup);
    for (const listener of this.#listeners) listener.gone(id);
    this.forget();
  }

  #remember(id: number, cgroup: Cgroup): void {
    cgroup.usedMs = this.#now();
    this.#deleted.delete(id);
    this.#deleted.add(id);
  }

  /** Visits what the path is made of, from the cgroup to the root. */
  #pathOf(id: number, visit?: (id: number, cgroup: Cgroup) => void): string | undefined {
    let path = '';
    for (let at = id, depth = 0; depth < deepest; depth++) {
      const cgroup = this.#cgroups.get(at);
      if (cgroup === undefined) return undefined;
      visit?.(at, cgroup);
      path = path === '' ? cgroup.name : `${cgroup.name}/${path}`;
      if (cgroup.parent === 0) return path;
      at = cgroup.parent;
    }
    return undefined;
  }
}

/** Text of bytes, with U+FFFD where they are not UTF-8. */
function text(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString();
}
