import type { Format } from './format.ts';

/** Backslash and newline of a help text; OpenMetrics escapes double quotes too. */
export function escapeHelp(help: string, format: Format): string {
  const escaped = help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
  return format === 'openmetrics' ? escaped.replaceAll('"', '\\"') : escaped;
}
