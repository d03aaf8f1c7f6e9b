import { labelsOf } from '../metrics/labels-of.ts';

/**
 * Labels as the exporter writes them, `a="x",b="y"`, for people: `a=x b=y`. Texts with spaces keep their quotes.
 * Control characters are shown and not sent: a terminal would obey them, and label values come from anybody.
 */
export function oneLine(labels: string): string {
  return Object.entries(labelsOf(labels))
    .map(([name, value]) => `${name}=${shown(value)}`)
    .join(' ');
}

function shown(value: string): string {
  const visible = withoutControls(value);
  return value === '' || /[\s"]/.test(visible) ? JSON.stringify(visible) : visible;
}

/** Lines become one; what is no text, or turns its direction, becomes `·`. */
export function withoutControls(text: string): string {
  return text
    .replaceAll('\n', '↵')
    .replaceAll('\t', ' ')
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, '·');
}
