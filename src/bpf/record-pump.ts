import type { Native, ReadableWatch } from '../native/library.ts';
import { Epoll } from './epoll.ts';
import type { RecordRing, TakeRecord } from './record-ring.ts';

/** Who gets the records of a ring. */
export type RecordSink = {
  readonly take: TakeRecord;
  /** How many records it can take now; without it, any number. Once it says 0 the ring waits for `wake`. */
  room?(): number;
};

export type PumpedRing = {
  /** How many it handed over so far, those that the program gave up included. */
  readonly records: number;
  /** The sink has room again. */
  wake(): void;
  /** Hands over what is waiting now, slice by slice: between two of them, other work may run. */
  flush(): Iterable<void>;
  /** The ring is no longer read. It stays its owner's to close, after this. */
  remove(): void;
};

type Entry = { readonly ring: RecordRing; readonly sink: RecordSink; records: number };

/** Records that one ring hands over before the next one has its turn. */
const sliceRecords = 256;
/** How long all rings together keep the event loop from other work. */
const turnMs = 2;
/** Records that come sooner after the last turn than this are busy traffic: the next are not waited for one by one, */
const busyMs = 4;
/**
 * but taken together after this time, or at once when so much of a ring was in use that it could run full. While next to
 * nothing of it is, they are waited for longer and longer: a turn costs as much as ten records.
 */
const gatherMs = { least: 2, most: 8 };
const gatherFill = { much: 1 / 4, little: 1 / 32 };

/**
 * Drains rings as the kernel says that they have records. Idle rings cost nothing. While records come fast, the kernel's
 * wake-ups, which cost more than a record, are replaced by a look every few milliseconds.
 */
export class RecordPump {
  readonly #native: Native;
  readonly #entries = new Map<number, Entry>();
  /** Those that may have records, in the order of their turns. */
  readonly #ready = new Set<Entry>();
  #epoll: Epoll | undefined;
  #watch: ReadableWatch | undefined;
  #watching = false;
  #next: { cancel(): void } | undefined;
  #lastTurn = 0;
  #gatherMs: number = gatherMs.least;

  constructor(native: Native) {
    this.#native = native;
  }

  /** Begins to hand over records, what is there already included. Throws `map_read`. */
  add(ring: RecordRing, sink: RecordSink): PumpedRing {
    this.#epoll ??= new Epoll(this.#native);
    this.#epoll.add(ring.fd);
    if (this.#watch === undefined) {
      this.#watch = this.#native.onReadable(this.#epoll.fd, () => this.#woken());
      this.#watching = true;
    }
    const entry: Entry = { ring, sink, records: 0 };
    this.#entries.set(ring.fd, entry);
    return {
      get records() {
        return entry.records;
      },
      wake: () => {
        this.#ready.add(entry);
        this.#soon();
      },
      flush: () => flush(entry),
      remove: () => this.#remove(entry),
    };
  }

  /** Can be called twice; the rings stay their owners'. */
  close(): void {
    for (const entry of [...this.#entries.values()]) this.#remove(entry);
  }

  #remove(entry: Entry): void {
    if (this.#entries.get(entry.ring.fd) !== entry) return;
    this.#epoll?.remove(entry.ring.fd);
    this.#entries.delete(entry.ring.fd);
    this.#ready.delete(entry);
    if (this.#entries.size > 0) return;
    this.#next?.cancel();
    this.#next = undefined;
    this.#watch?.close();
    this.#watch = undefined;
    this.#epoll?.close();
    this.#epoll = undefined;
  }

  #woken(): void {
    this.#epoll?.clear();
    this.#lookAtAll();
  }

  #lookAtAll(): void {
    for (const entry of this.#entries.values()) this.#ready.add(entry);
    if (this.#next === undefined) this.#turn();
  }

  #turn(): void {
    this.#next = undefined;
    const now = performance.now();
    const busy = now - this.#lastTurn < busyMs + this.#gatherMs;
    this.#lastTurn = now;
    let seen = 0;
    let fill = 0;
    for (const entry of this.#ready) {
      const { ring, sink } = entry;
      fill = Math.max(fill, (ring.end() - ring.position) / ring.size);
      const limit = Math.min(sliceRecords, sink.room?.() ?? sliceRecords);
      const taken = drain(entry, limit);
      seen += taken;
      this.#ready.delete(entry);
      if (taken > 0 && taken === limit) this.#ready.add(entry); // after all others
      if (performance.now() > now + turnMs) break;
    }
    if (!busy || fill > gatherFill.little) this.#gatherMs = gatherMs.least;
    if (this.#ready.size > 0) this.#soon();
    else if (busy && seen > 0) this.#gather(fill);
    else this.#listen(true);
  }

  #soon(): void {
    if (this.#next !== undefined) return;
    const immediate = setImmediate(() => this.#turn());
    this.#next = { cancel: () => clearImmediate(immediate) };
  }

  #gather(fill: number): void {
    this.#listen(false);
    const look = (): void => {
      this.#next = undefined;
      this.#lookAtAll();
    };
    if (fill > gatherFill.much) {
      const immediate = setImmediate(look);
      this.#next = { cancel: () => clearImmediate(immediate) };
    } else {
      const timer = setTimeout(look, this.#gatherMs).unref();
      this.#gatherMs = Math.min(2 * this.#gatherMs, gatherMs.most);
      this.#next = { cancel: () => clearTimeout(timer) };
    }
  }

  #listen(on: boolean): void {
    if (this.#watching === on || this.#watch === undefined) return;
    this.#watching = on;
    if (on) this.#watch.resume();
    else this.#watch.pause();
  }
}

function drain(entry: Entry, limit: number): number {
  const taken = limit > 0 ? entry.ring.drain(limit, entry.sink.take) : 0;
  entry.records += taken;
  return taken;
}

function* flush(entry: Entry): Iterable<void> {
  const { ring, sink } = entry;
  for (const end = ring.end(); ring.position < end; ) {
    const limit = Math.min(sliceRecords, sink.room?.() ?? sliceRecords);
    if (drain(entry, limit) === 0) return;
    yield;
  }
}
