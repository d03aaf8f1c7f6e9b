import { escapeHelp } from './escape.ts';
import type { Family } from './family.ts';
import type { Page } from './page.ts';

/** Text format 0.0.4, as https://prometheus.io/docs/instrumenting/exposition_formats/ defines it. */
export const textContentType = 'text/plain; version=0.0.4; charset=utf-8';

/** Writes a whole page: families sorted by name, each with one HELP and one TYPE line. */
export function writeText(page: Page, families: readonly Family[]): void {
  const byName = families.filter((family) => !family.empty).sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const family of byName) {
    page.text(`# HELP ${family.name} ${escapeHelp(family.help)}\n# TYPE ${family.name} ${family.type}\n`);
    family.write(page);
  }
}
