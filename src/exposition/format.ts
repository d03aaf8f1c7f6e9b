/** The formats a page can be written in. */
export type Format = 'text' | 'openmetrics';

/** Text format 0.0.4 and OpenMetrics 1.0.0, as clients know them. */
export const contentTypes: Readonly<Record<Format, string>> = {
  text: 'text/plain; version=0.0.4; charset=utf-8',
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
};
