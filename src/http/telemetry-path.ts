import { ExporterError } from '../errors.ts';

/**
 * Throws `usage` for a path that no request can ask for, or that is `taken` by another page. The path is compared with a
 * request's after its escapes (`%20`) are decoded and its query is cut off.
 */
export function checkTelemetryPath(path: string, taken: readonly string[]): void {
  const problem = problemOf(path, taken);
  if (problem === undefined) return;
  throw new ExporterError('usage', `--web.telemetry-path "${path}" ${problem}; /metrics, say, is needed`);
}

function problemOf(path: string, taken: readonly string[]): string | undefined {
  if (!path.startsWith('/')) return 'must start with a slash';
  const odd = /[?#%\\\s\p{Cc}]/u.exec(path)?.[0];
  if (odd !== undefined) return `can never match: a request's path has no ${JSON.stringify(odd)}`;
  if (path.split('/').some((part) => part === '.' || part === '..')) {
    return 'can never match: clients resolve "." and ".." before they ask';
  }
  return taken.includes(path) ? 'is the path of another page' : undefined;
}
