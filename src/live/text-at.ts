/** The text that a family's visitor is shown. */
export function textAt(texts: DataView, start: number, end: number): string {
  return Buffer.from(texts.buffer, texts.byteOffset + start, end - start).toString();
}
