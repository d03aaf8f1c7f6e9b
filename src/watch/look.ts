/** What the terminal can show. */
export type Look = {
  readonly columns: number;
  readonly rows: number;
  readonly colours: boolean;
  /** False where only ASCII is sure to be shown. */
  readonly unicode: boolean;
};

/** Marks of text; each ends with what takes it back. */
export type Style = {
  bold(text: string): string;
  dim(text: string): string;
  reverse(text: string): string;
  accent(text: string): string;
  warning(text: string): string;
  /** `share`: from 0 to 1, on a scale from dark to bright. */
  heat(text: string, share: number): string;
};

const sgr = (on: string, text: string): string => (text === '' ? '' : `\x1b[${on}m${text}\x1b[0m`);

/** From dark to bright, in the 256 colours that terminals have. */
const heats = [17, 18, 19, 55, 91, 126, 161, 197, 203, 209, 215, 221, 227, 229];

/** Without colours the marks that are none stay: bold, dim, reverse. */
export function styleOf(colours: boolean): Style {
  return {
    bold: (text) => sgr('1', text),
    dim: (text) => sgr('2', text),
    reverse: (text) => sgr('7', text),
    accent: (text) => (colours ? sgr('36', text) : text),
    warning: (text) => (colours ? sgr('33', text) : text),
    heat: (text, share) =>
      colours
        ? sgr(`38;5;${heats[Math.min(heats.length - 1, Math.floor(share * heats.length))]}`, text)
        : text,
  };
}

const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** A bar of so many columns for a share from 0 to 1; what is more than nothing shows. */
export function bar(share: number, columns: number, unicode: boolean): string {
  if (!(share > 0) || columns <= 0) return ' '.repeat(Math.max(0, columns));
  const parts = Math.max(1, Math.round(Math.min(1, share) * columns * 8));
  const whole = Math.floor(parts / 8);
  if (!unicode) return '#'.repeat(Math.max(1, whole)).padEnd(columns);
  return ('█'.repeat(whole) + eighths[parts % 8]!).padEnd(columns);
}

const heights = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
const asciiHeights = ['_', '.', '-', '=', '+', '*', '#', '@'];

/** The latest of some values as one line of columns of their heights, from zero; unknown ones are empty. */
export function sparkline(values: readonly number[], columns: number, unicode: boolean): string {
  const shown = values.slice(-Math.max(0, columns));
  const most = Math.max(...shown.filter((value) => value > 0), 0);
  const marks = unicode ? heights : asciiHeights;
  const line = shown.map((value) => {
    if (Number.isNaN(value)) return ' ';
    const share = most === 0 ? 0 : Math.max(0, value) / most;
    return marks[Math.min(marks.length - 1, Math.floor(share * marks.length))]!;
  });
  return line.join('').padStart(columns);
}

const shades = [' ', '░', '▒', '▓', '█'];
const asciiShades = [' ', '.', ':', '+', '#'];

/** One cell of a heat row: with colours always full, else as dense as it is hot. */
export function heatCell(share: number, { colours, unicode }: Look, style: Style): string {
  if (!(share > 0)) return ' ';
  if (colours && unicode) return style.heat('█', share);
  const marks = unicode ? shades : asciiShades;
  const level = Math.max(1, Math.min(marks.length - 1, Math.ceil(share * (marks.length - 1))));
  return style.heat(marks[level]!, share);
}
