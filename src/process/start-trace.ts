/** What the start did and when, as plain data: an exporter of traces, when there is one, is made while it is recorded. */
export type StartSpan = {
  readonly name: string;
  /** Wall time in nanoseconds, as all times. */
  readonly start: bigint;
  end: bigint;
  readonly attributes: Readonly<Record<string, string>>;
  readonly events: {
    readonly name: string;
    readonly time: bigint;
    readonly attributes: Readonly<Record<string, string>>;
  }[];
  readonly children: StartSpan[];
  error?: string;
};

/** Records what the start does, one thing within another. */
export class StartTrace {
  readonly root: StartSpan;
  #open: StartSpan;

  constructor(name: string) {
    this.root = begin(name, {});
    this.#open = this.root;
  }

  /** Runs something as a span within the one that is open. What it throws is noted and thrown on. */
  async span<T>(name: string, attributes: StartSpan['attributes'], run: () => T | Promise<T>): Promise<T> {
    const parent = this.#open;
    const close = this.#begin(name, attributes);
    try {
      return await run();
    } catch (thrown) {
      this.#open.error = thrown instanceof Error ? thrown.message : String(thrown);
      throw thrown;
    } finally {
      close();
      this.#open = parent;
    }
  }

  /** As `span`, for what returns at once. */
  now<T>(name: string, attributes: StartSpan['attributes'], run: () => T): T {
    const close = this.#begin(name, attributes);
    try {
      return run();
    } catch (thrown) {
      this.#open.error = thrown instanceof Error ? thrown.message : String(thrown);
      throw thrown;
    } finally {
      close();
    }
  }

  event(name: string, attributes: StartSpan['attributes']): void {
    this.#open.events.push({ name, time: wallNs(), attributes });
  }

  /** The whole, which ends now. */
  end(): StartSpan {
    this.root.end = wallNs();
    return this.root;
  }

  #begin(name: string, attributes: StartSpan['attributes']): () => void {
    const parent = this.#open;
    const span = begin(name, attributes);
    parent.children.push(span);
    this.#open = span;
    return () => {
      span.end = wallNs();
      this.#open = parent;
    };
  }
}

function begin(name: string, attributes: StartSpan['attributes']): StartSpan {
  const start = wallNs();
  return { name, start, end: start, attributes, events: [], children: [] };
}

/** Of this process's own clock, which stands at wall time when the process starts: to a microsecond. */
function wallNs(): bigint {
  return BigInt(Math.round((performance.timeOrigin + performance.now()) * 1000)) * 1000n;
}
