const poolBytes = 8192;

/** Random bytes for trace and span ids, made many at a time. */
export class SpanIds {
  /** What `take` hands out is in here. */
  readonly pool = Buffer.alloc(poolBytes);
  #at = poolBytes;

  /** Where `count` random bytes are in the pool until the next call; they are not all zero. */
  take(count: number): number {
    for (;;) {
      if (this.#at + count > poolBytes) {
        // Loaded for who has spans: it takes 5 ms of a start.
        process.getBuiltinModule('node:crypto').randomFillSync(this.pool);
        this.#at = 0;
      }
      const at = this.#at;
      this.#at += count;
      for (let i = at; i < at + count; i++) if (this.pool[i] !== 0) return at;
    }
  }
}
