import type { Attached } from '../attached.ts';
import { contentTypes } from '../exposition/format.ts';
import type { Flags } from '../flags.ts';
import { type Handler, line, plainText, type Routes, whole } from '../http/answer.ts';
import { chooseFormat } from '../http/content-format.ts';
import { landingPage } from '../http/landing-page.ts';
import type { Exporter } from '../serve/exporter.ts';

/** What the exporter serves, by path. */
export function routes(flags: Flags, { configs }: Attached, exporter: Exporter): Routes {
  const links = [
    { path: flags.telemetryPath, text: 'Metrics' },
    ...(flags.debug ? [{ path: '/maps', text: 'Raw maps' }] : []),
  ];
  const found: Record<string, Handler> = {
    '/': () => ({ headers: { 'Content-Type': 'text/html; charset=utf-8' }, body: whole(landingPage(links)) }),
    [flags.telemetryPath]: ({ headers }) => {
      const format = flags.openMetrics ? chooseFormat(headers.accept) : 'text';
      return { headers: { 'Content-Type': contentTypes[format] }, body: exporter.page(format) };
    },
    '/-/healthy': () => line(200, 'Healthy'),
    '/-/ready': () => (configs.length > 0 ? line(200, 'Ready') : line(503, 'No config is loaded')),
  };
  if (flags.debug) {
    found['/maps'] = async () => ({
      headers: { 'Content-Type': plainText },
      body: whole(await exporter.rawMaps()),
    });
  }
  return Object.fromEntries(
    Object.entries(found).map(([path, GET]) => [path, { GET, open: path.startsWith('/-/') }]),
  );
}
