/**
 * The bytes of a whole array in a buffer of another length, zeros behind them. The array is empty from then on: the
 * memory of tables that grow is given back at once, not when garbage is collected next, which may be much later, since
 * scrapes make next to none. Not for bytes that another thread may still read.
 */
export function moved(array: ArrayBufferView<ArrayBuffer>, byteLength: number): ArrayBuffer {
  return array.buffer.transfer(byteLength);
}

/** Gives the memory of an array back that nobody needs any more. */
export function free(array: ArrayBufferView<ArrayBuffer>): void {
  array.buffer.transfer(0);
}
