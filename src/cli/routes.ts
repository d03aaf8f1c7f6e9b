import project from '../../package.json' with { type: 'json' };
import { contentTypes } from '../exposition/format.ts';
import type { Flags } from '../flags.ts';
import { type Handler, line, plainText, type Route, type Routes, whole } from '../http/answer.ts';
import { chooseFormat } from '../http/content-format.ts';
import { type LandingConfig, landingPage } from '../http/landing-page.ts';
import { pageRoutes } from '../http/page-files.ts';
import type { Exporter } from '../serve/exporter.ts';
import type { LiveData } from './live-data.ts';
import type { Outcome } from './reload.ts';

export const reloadPath = '/-/reload';
export const livePath = '/api/v1/live';

const forBrowsers = ['/', livePath];

/** What the exporter serves, by path; `live` is undefined where there is no live page. */
export function routes(
  flags: Flags,
  exporter: Exporter,
  {
    reload,
    scrape,
    live,
  }: {
    readonly reload: () => Promise<Outcome>;
    readonly scrape: LiveData['scrape'];
    readonly live: Handler | undefined;
  },
): Routes {
  const asked = new Set(flags.configNames);
  const links = [
    { path: flags.telemetryPath, text: 'Metrics' },
    ...(flags.debug ? [{ path: '/maps', text: 'Raw maps' }] : []),
  ];
  const found: Record<string, Handler> = {
    '/': () => ({
      headers: { 'Content-Type': 'text/html; charset=utf-8' },
      body: whole(landingPage({ version: project.version, links, configs: landingConfigs(exporter) })),
    }),
    [flags.telemetryPath]: ({ headers, client, query, signal, hold }) => {
      const names = query.getAll('config[]');
      const unknown = names.find((name) => !asked.has(name));
      if (unknown !== undefined) return line(400, `There is no config "${unknown}"`);
      const format = flags.openMetrics ? chooseFormat(headers.accept) : 'text';
      const configs = names.length === 0 ? {} : { configs: new Set(names) };
      return {
        headers: { 'Content-Type': contentTypes[format] },
        body: scrape(
          { client, configs: names.length === 0 ? asked : names },
          exporter.page({ format, signal, hold, ...configs }),
        ),
      };
    },
    '/-/healthy': () => line(200, 'Healthy'),
    '/-/ready': () =>
      exporter.attached.configs.length > 0 ? line(200, 'Ready') : line(503, 'No config is loaded'),
  };
  if (flags.debug) {
    found['/maps'] = (request) => ({
      headers: { 'Content-Type': plainText },
      body: exporter.rawMaps(request),
    });
  }
  if (live !== undefined) Object.assign(found, pageRoutes(links), { [livePath]: live });
  const gets = Object.entries(found).map(([path, GET]): [string, Route] => [
    path,
    { GET, open: path.startsWith('/-/'), ownHost: forBrowsers.includes(path) },
  ]);
  if (!flags.enableLifecycle) return Object.fromEntries(gets);
  const POST: Handler = async () => {
    const { ok, text } = await reload();
    return line(ok ? 200 : 500, text);
  };
  return Object.fromEntries([...gets, [reloadPath, { POST }]]);
}

function landingConfigs({ attached: { configs, failed }, disabledMetrics }: Exporter): LandingConfig[] {
  return [
    ...configs.map(({ config: { name }, programs }) => ({
      name,
      programs,
      metrics: disabledMetrics.filter(({ config }) => config === name),
    })),
    ...failed.map((config) => ({ ...config, programs: [], metrics: [] })),
  ];
}
