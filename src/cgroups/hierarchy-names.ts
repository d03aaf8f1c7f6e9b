import type { Changes } from '../kernel/changes.ts';
import type { CgroupNames } from '../kernel/system.ts';
import type { Hierarchy } from './hierarchy.ts';
import type { TreeListener } from './tree.ts';

/** Opens hierarchies and follows their mounts. */
export type HierarchyOwner = { readonly changes: Changes; open(): void; refresh(): void };

/** The names of the hierarchy that a config asks for, which may be mounted later, or elsewhere. */
export class HierarchyNames implements CgroupNames {
  /** As the config says; undefined for the one that programs get ids of. */
  readonly wanted: string | undefined;
  readonly lasting = true;
  readonly #owner: HierarchyOwner;
  #hierarchy: Hierarchy | undefined;
  readonly #listeners = new Set<TreeListener>();
  #asked = false;

  constructor(wanted: string | undefined, owner: HierarchyOwner) {
    this.wanted = wanted;
    this.#owner = owner;
  }

  get changes(): Changes {
    return this.#owner.changes;
  }

  /** Undefined before it is opened, and where there is none. */
  get hierarchy(): Hierarchy | undefined {
    return this.#hierarchy;
  }

  refresh(): void {
    this.#owner.refresh();
  }

  path(id: bigint): string | undefined {
    if (!this.#asked) this.#owner.open();
    this.#asked = true;
    return this.#hierarchy?.path(id);
  }

  /** Tells of all cgroups that are there, once they are known, and from then on of all that come and go, until `stop`. */
  listen(listener: TreeListener): { stop(): void } {
    this.#listeners.add(listener);
    this.#hierarchy?.tree.listen(listener);
    return {
      stop: () => {
        this.#listeners.delete(listener);
        this.#hierarchy?.tree.unlisten(listener);
      },
    };
  }

  /** This hierarchy answers from here on: whatever was answered before may be another. */
  answerFrom(hierarchy: Hierarchy): void {
    if (hierarchy === this.#hierarchy) return;
    this.#hierarchy = hierarchy;
    for (const listener of this.#listeners) hierarchy.tree.listen(listener);
    this.changes.note(-1);
  }
}
