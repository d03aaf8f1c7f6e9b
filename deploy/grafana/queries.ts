import { dashboards } from './dashboards.ts';

export type PanelQuery = { readonly dashboard: string; readonly title: string; readonly expr: string };

type Model = { readonly panels: readonly { title: string; targets?: readonly { expr: string }[] }[] };

/** Every query of every dashboard as Prometheus gets it, when everything is selected. */
export function panelQueries(): readonly PanelQuery[] {
  const variables: readonly [string, string][] = [
    ['$__rate_interval', '1m'],
    ['$job', '.+'],
    ['$instance', '.+'],
  ];
  return Object.entries(dashboards()).flatMap(([dashboard, model]) =>
    (model as Model).panels.flatMap(({ title, targets = [] }) =>
      targets.map(({ expr }) => ({
        dashboard,
        title,
        expr: variables.reduce((text, [name, value]) => text.replaceAll(name, value), expr),
      })),
    ),
  );
}
