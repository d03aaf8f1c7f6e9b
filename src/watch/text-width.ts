/** How many columns a terminal gives a character, by Unicode's East_Asian_Width and what combines with the one before. */
function columnsOf(point: number): number {
  if (point < 0x300) return 1;
  if (combines.test(String.fromCodePoint(point))) return 0;
  return wide.some(([first, last]) => point >= first && point <= last) ? 2 : 1;
}

const combines = /^(\p{Mn}|\p{Me})$/u;
const wide: readonly (readonly [first: number, last: number])[] = [
  [0x1100, 0x115f],
  [0x231a, 0x231b],
  [0x23e9, 0x23ec],
  [0x2614, 0x2615],
  [0x26a1, 0x26a1],
  [0x2705, 0x2705],
  [0x274c, 0x274c],
  [0x2753, 0x2755],
  [0x2e80, 0x303e],
  [0x3041, 0x33ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0x9fff],
  [0xa000, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f300, 0x1f64f],
  [0x1f680, 0x1f6ff],
  [0x1f900, 0x1f9ff],
  [0x1fa70, 0x1faff],
  [0x20000, 0x3fffd],
];

/** Columns of a terminal that a text takes. It has no control characters. */
export function textWidth(text: string): number {
  let columns = 0;
  for (const character of text) columns += columnsOf(character.codePointAt(0)!);
  return columns;
}

/** The text in exactly so many columns: cut, with `…` at its end, or filled up. */
export function fit(text: string, columns: number, align: 'left' | 'right' = 'left'): string {
  const width = textWidth(text);
  if (width <= columns) {
    const filling = ' '.repeat(columns - width);
    return align === 'left' ? text + filling : filling + text;
  }
  if (columns <= 0) return '';
  let kept = '';
  let used = 0;
  for (const character of text) {
    const more = columnsOf(character.codePointAt(0)!);
    if (used + more > columns - 1) break;
    kept += character;
    used += more;
  }
  return `${kept}…${' '.repeat(columns - 1 - used)}`;
}
