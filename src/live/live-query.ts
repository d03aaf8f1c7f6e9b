import { namePrefix } from '../metrics/metric.ts';

export type LiveQuery = {
  /** As configs have them. */
  readonly metrics: readonly string[];
  readonly search: string;
  readonly pins: ReadonlySet<string>;
  readonly top: number;
  /** Of history. */
  readonly seconds: number;
};

const mostMetrics = 8;
const mostTop = 100;
const mostPins = 100;
const longestSeconds = 3600;

/** What is asked for; what makes no sense is taken for what makes most. */
export function readQuery(query: URLSearchParams): LiveQuery {
  const metrics = query.getAll('metric').map((name) => name.replace(new RegExp(`^${namePrefix}`), ''));
  return {
    metrics: [...new Set(metrics)].slice(0, mostMetrics),
    search: query.get('search') ?? '',
    pins: new Set(query.getAll('pin').slice(0, mostPins)),
    top: between(1, query.get('top'), mostTop, 10),
    seconds: between(1, query.get('seconds'), longestSeconds, longestSeconds),
  };
}

function between(least: number, text: string | null, most: number, otherwise: number): number {
  const number = text === null ? Number.NaN : Number(text);
  return Number.isFinite(number) ? Math.min(most, Math.max(least, Math.floor(number))) : otherwise;
}
