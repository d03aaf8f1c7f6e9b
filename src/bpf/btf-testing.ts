/** BTF that tests write down. */

/** One type of a blob: its words behind the name, as Documentation/bpf/btf.rst lays them out. */
export type TypeWords = readonly [
  name: string,
  info: number,
  sizeOrType: number,
  ...rest: (number | string)[],
];

export function info(kind: number, count = 0, kindFlag = false): number {
  return ((kindFlag ? 0x80000000 : 0) | (kind << 24) | count) >>> 0;
}

/** The bytes of a `.BTF` section. Texts among the words become offsets of strings. */
export function blob(types: readonly TypeWords[]): Buffer {
  let strings = '\0';
  const words = types.flat().map((word) => {
    if (typeof word === 'number') return word;
    if (word === '') return 0;
    const offset = strings.length;
    strings += `${word}\0`;
    return offset;
  });
  const header = Buffer.alloc(24);
  header.writeUInt16LE(0xeb9f, 0);
  header.writeUInt8(1, 2);
  [24, 0, words.length * 4, words.length * 4, strings.length].map((word, i) =>
    header.writeUInt32LE(word, 4 + i * 4),
  );
  return Buffer.concat([header, Buffer.from(Uint32Array.from(words).buffer), Buffer.from(strings)]);
}
