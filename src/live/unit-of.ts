import type { Unit } from './live.ts';

/** What the values of a metric are, by the rules of names (prometheus.io/docs/practices/naming), else by its help. */
export function unitOf(name: string, help: string): Unit {
  const words = name.replace(/_(total|sum|count|bucket|info)$/, '').split('_');
  for (const word of words.reverse()) {
    if (word === 'seconds' || word === 'bytes' || word === 'ratio') return word;
  }
  if (/\bin seconds\b|\bseconds\)?$/i.test(help)) return 'seconds';
  if (/\bin bytes\b|\bbytes\)?$/i.test(help)) return 'bytes';
  return 'none';
}
