import type { Live } from '../live/live.ts';
import { utc } from './words.ts';

export type Snapshot = {
  readonly live: Live;
  /** The fragment of the view that it opens with. */
  readonly hash: string;
};

/** Of metrics; what is saved is to be sent around. */
const mostViews = 64;
/** In one answer. */
const viewsAtOnce = 8;

/** The snapshot that this page is, if it is one. */
export function embeddedSnapshot(): Snapshot | undefined {
  const text = document.getElementById('snapshot')?.textContent;
  return text ? (JSON.parse(text) as Snapshot) : undefined;
}

/**
 * Saves what is looked at, and the metrics that moved most, as one file that needs nothing else.
 *
 * @param query what the view at present asks for.
 */
export async function saveSnapshot(live: Live, query: string, hash: string): Promise<void> {
  const metric = new URLSearchParams(query).get('metric');
  const names = live.metrics.filter((one) => one.name !== metric && one.exportedName !== metric);
  // All of them wait for the same reading.
  const [one, others, style, script] = await Promise.all([
    ask(query),
    Promise.all(queries(names.slice(0, mostViews).map(({ name }) => name)).map(ask)),
    answer('ui/page.css').then((response) => response.text()),
    answer('ui/page.js').then((response) => response.text()),
  ]);
  const views = [one, ...others].flatMap((answer) => answer.views);
  const { policy = '' } = document.documentElement.dataset;
  const snapshot: Snapshot = { live: { ...one, views }, hash };
  download(fileName(one), page({ snapshot, style, script, policy }));
}

/** For a few metrics each. */
function queries(names: readonly string[]): string[] {
  const found: string[] = [];
  for (let at = 0; at < names.length; at += viewsAtOnce) {
    const query = new URLSearchParams({ seconds: '900' });
    for (const name of names.slice(at, at + viewsAtOnce)) query.append('metric', name);
    found.push(query.toString());
  }
  return found;
}

async function ask(query: string): Promise<Live> {
  return (await answer(`api/v1/live?${query}`)).json() as Promise<Live>;
}

async function answer(path: string): Promise<Response> {
  const response = await fetch(path);
  if (!response.ok) throw new Error(`${path}: ${response.status} ${response.statusText}`);
  return response;
}

function page(parts: { snapshot: Snapshot; style: string; script: string; policy: string }): string {
  // No text of ours or of labels can end the element that holds it.
  const data = JSON.stringify(parts.snapshot).replaceAll('<', '\\u003c');
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${parts.policy}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    '<title>Snapshot of an eBPF exporter</title>',
    `<style>${parts.style}</style>`,
    '</head>',
    '<body>',
    '<div id="page"></div>',
    `<script type="application/json" id="snapshot">${data}</script>`,
    `<script>${parts.script}</script>`,
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

function fileName({ status, time }: Live): string {
  const host = status.host.name.replace(/[^\w.-]+/g, '-');
  return `ebpf-exporter-${host}-${utc(time).slice(0, 19).replace(/[ :]/g, '-')}.html`;
}

function download(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/html' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
