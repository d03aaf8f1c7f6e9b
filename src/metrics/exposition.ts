import { escapeHelp } from './escape.ts';
import type { Family } from './family.ts';
import type { Format } from './format.ts';
import type { Page } from './page.ts';

/**
 * Writes a whole page: families sorted by name, each with one HELP and one TYPE line.
 * Text format 0.0.4: https://prometheus.io/docs/instrumenting/exposition_formats/
 * OpenMetrics 1.0.0: https://prometheus.io/docs/specs/om/open_metrics_spec/
 */
export function* writePage(page: Page, families: readonly Family[], format: Format): Iterable<void> {
  const byName = families.filter((family) => !family.empty).sort((a, b) => (a.name < b.name ? -1 : 1));
  const names = new Set(byName.map(({ name }) => name));
  for (const family of byName) {
    const { name, type } = format === 'text' ? family : openMetricsFamily(family, names);
    page.text(`# HELP ${name} ${escapeHelp(family.help, format)}\n# TYPE ${name} ${type}\n`);
    yield* family.write(page, format);
  }
  if (format === 'openmetrics') page.text('# EOF\n');
}

/**
 * A counter's family is named without `_total`. One whose samples lack it, or whose family would have the name of
 * another, keeps its name as a family of no known type.
 */
function openMetricsFamily(
  { name, type }: Family,
  names: ReadonlySet<string>,
): { name: string; type: string } {
  if (type !== 'counter') return { name, type: type === 'untyped' ? 'unknown' : type };
  const stem = name.replace(/_total$/, '');
  return stem === name || names.has(stem) ? { name, type: 'unknown' } : { name: stem, type };
}
