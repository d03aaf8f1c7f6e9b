/** Takes one record: `length` bytes at `offset` of `bytes`, valid during the call only. */
export type TakeRecord = (bytes: Buffer, offset: number, length: number) => void;

/** Memory in which the kernel leaves records for us: a BPF ring buffer, or the perf ring of one CPU. */
export type RecordRing = {
  /** Becomes readable when records are there. Not the ring's to close. */
  readonly fd: number;
  /** Bytes of records that it holds at most. */
  readonly size: number;
  /** How far it was read, in bytes since the ring was made. */
  readonly position: number;
  /** How far the kernel has written; `position` once the ring is closed. */
  end(): number;
  /**
   * Hands over at most `limit` records, in the order they were made, and gives their memory back to the kernel. How many
   * it looked at, those that the program discarded included; `limit` when more may be there. What `take` throws is thrown
   * on; that record is gone.
   */
  drain(limit: number, take: TakeRecord): number;
  /** Records that the kernel dropped because the ring was full, as far as it tells. */
  lost(): number;
  /** Can be called twice. */
  close(): void;
};
