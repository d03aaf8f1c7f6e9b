import type { Connection } from './live-feed.ts';
import type { Verdict } from './verdict.ts';

const colors = { good: '#15803d', warning: '#b45309', error: '#b91c1c', away: '#6b7280' };

/** Shows in the browser's tab how it is: the number of problems in front of the host's name, a dot of a colour. */
export function showInTab(
  host: string,
  verdict: Verdict | undefined,
  connection: Connection | undefined,
): void {
  const away = connection?.state === 'away';
  const mark = away
    ? '(away) '
    : verdict !== undefined && verdict.problems > 0
      ? `(${verdict.problems}) `
      : '';
  const title = `${mark}${host === '' ? '' : `${host} · `}eBPF exporter`;
  if (document.title !== title) document.title = title;
  const count = !away && verdict !== undefined && verdict.problems > 0 ? Math.min(verdict.problems, 99) : '';
  const color = colors[away || verdict === undefined ? 'away' : verdict.level];
  const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="9" fill="${color}"/>${
    count === ''
      ? '<path d="M7 21l5-9 5 6 3-4 5 7" fill="none" stroke="#fff" stroke-width="3" stroke-linecap="round" stroke-linejoin="round"/>'
      : `<text x="16" y="23" font-family="sans-serif" font-weight="700" font-size="20" text-anchor="middle" fill="#fff">${count}</text>`
  }</svg>`;
  const href = `data:image/svg+xml,${encodeURIComponent(icon)}`;
  const link = document.querySelector<HTMLLinkElement>('link[rel=icon]') ?? document.createElement('link');
  link.rel = 'icon';
  if (link.href !== href) link.href = href;
  if (!link.isConnected) document.head.append(link);
}
