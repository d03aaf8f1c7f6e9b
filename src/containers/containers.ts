import { Changes, unknownName } from '../kernel/changes.ts';
import type { Container, Containers } from '../kernel/system.ts';
import { resolveBelow } from '../rootfs.ts';
import type { NamedContainer } from './cri.ts';
import { CriRuntime } from './cri-runtime.ts';
import { StateFiles } from './state-files.ts';

export type NodeContainersOptions = {
  /** Where the sockets and files of container runtimes are found; `/` unless told. */
  readonly root?: string | undefined;
  readonly warn: (message: string) => void;
  /** Milliseconds of a clock that never goes back. */
  readonly now?: () => number;
};

/** Where runtimes listen for kubelet. */
const criSockets = [
  '/run/containerd/containerd.sock',
  '/run/crio/crio.sock',
  '/run/k3s/containerd/containerd.sock',
  '/run/cri-dockerd.sock',
];

/** Far more than a node runs in an hour; of more, those that were heard of longest ago are forgotten. */
const mostContainers = 20_000;

/**
 * The containers of this node as their runtime knows them: its CRI socket gives a list and tells of new ones from then on,
 * its files answer at once. Asks nothing before the first `refresh` or `find`.
 */
export class NodeContainers implements Containers {
  readonly changes: Changes = new Changes();
  readonly lasting = true;
  readonly #files: StateFiles;
  readonly #runtimes: readonly CriRuntime[];
  readonly #warn: (message: string) => void;
  /** Those that are gone, too: a program may have counted for them. */
  readonly #byId = new Map<string, Container>();
  readonly #said = new Set<string>();
  /** Whether one was asked for in vain since the last answer to such a question came. */
  #missed = false;

  constructor({ root = '/', warn, now }: NodeContainersOptions) {
    this.#warn = warn;
    this.#files = new StateFiles(root);
    this.#runtimes = criSockets.map(
      (socket) =>
        new CriRuntime({
          get path() {
            return resolveBelow(root, socket);
          },
          learn: (found) => this.#learn(found),
          warn: (message) => this.#say(message),
          now,
        }),
    );
  }

  find(id: string): Container | undefined {
    const known = this.#byId.get(id) ?? this.#files.find(id);
    if (known !== undefined) {
      this.#byId.set(id, known); // a file goes with its container
      return known;
    }
    this.#missed = true;
    this.refresh();
    return undefined;
  }

  refresh(): void {
    const present = this.#runtimes.filter((runtime) => runtime.present);
    if (present.length === 0) {
      this.#say(
        `No container runtime listens at ${criSockets.join(', ')}: names of pods come from files, or are empty`,
      );
    }
    for (const runtime of present) runtime.ask(this.#missed);
  }

  /** Can be called twice. */
  close(): void {
    for (const runtime of this.#runtimes) runtime.close();
  }

  #learn(found: readonly NamedContainer[]): void {
    let news = false;
    for (const [id, container] of found) {
      news ||= !this.#byId.delete(id); // to the end: it was heard of just now
      this.#byId.set(id, container);
    }
    for (const id of this.#byId.keys()) {
      if (this.#byId.size <= mostContainers) break;
      this.#byId.delete(id);
    }
    if (!news || !this.#missed) return;
    this.#missed = false;
    this.changes.note(unknownName);
  }

  /** Each once: what is wrong with a runtime stays wrong for long. */
  #say(message: string): void {
    if (this.#said.has(message)) return;
    this.#said.add(message);
    this.#warn(message);
  }
}
