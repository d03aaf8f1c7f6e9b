/** A token bucket: `burst` requests pass at once, and after each `intervalMs` one more. */
export class RateLimit {
  readonly #burst: number;
  readonly #intervalMs: number;
  #tokens: number;
  #at: number;

  constructor({ burst, intervalMs }: { readonly burst: number; readonly intervalMs: number }, now: number) {
    this.#burst = burst;
    this.#intervalMs = intervalMs;
    this.#tokens = burst;
    this.#at = now;
  }

  /** Whether a request may pass at a time in milliseconds; if so, it counts. */
  pass(now: number): boolean {
    this.#tokens = Math.min(this.#burst, this.#tokens + (now - this.#at) / this.#intervalMs);
    this.#at = now;
    if (this.#tokens < 1) return false;
    this.#tokens--;
    return true;
  }
}
