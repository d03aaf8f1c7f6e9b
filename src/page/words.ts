/** `3 programs`, `1 program`, `12,000 series`. */
export function counted(count: number, one: string, many: string = `${one}s`): string {
  return `${grouped(count)} ${count === 1 ? one : many}`;
}

/** `12,345`. */
export function grouped(count: number): string {
  return Math.round(count).toLocaleString('en-US');
}

/** `4 s`, `12 min`, `3 h 20 min`, `5 d 2 h`. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  const days = Math.floor(hours / 24);
  return hours % 24 === 0 || days > 9 ? `${days} d` : `${days} d ${hours % 24} h`;
}

/** `12 s ago`, `now`. */
export function ago(seconds: number): string {
  return seconds < 1.5 ? 'now' : `${duration(seconds)} ago`;
}

/**
 * What a label's value looks like in one line: line ends, tabs and what else cannot be seen, or turns what follows
 * around, is written out.
 */
export function oneLine(text: string): string {
  return text
    .replaceAll('\n', '⏎')
    .replaceAll('\t', '⇥')
    .replace(/[\p{Cc}\p{Cf}]/gu, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`);
}

/** The labels of a series in one line: the value alone where there is one label only. */
export function seriesName(labels: Readonly<Record<string, string>>): string {
  const entries = Object.entries(labels);
  if (entries.length === 0) return 'all';
  if (entries.length === 1) return oneLine(entries[0]![1]) || '(empty)';
  return entries.map(([name, value]) => `${name}=${oneLine(value)}`).join('  ');
}

/** `2026-11-25 04:31:46 UTC`: for those who read it elsewhere. */
export function utc(time: number): string {
  return `${new Date(time * 1000).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
