import type { Finding } from './problem.ts';
import type { YamlNode } from './yaml-node.ts';

/*
 * RE2 writes a repetition out: `x{1000}` is a thousand instructions, of a kilobyte each in the engine that compiles
 * them. Its own limit is for each repetition, not for how many there are.
 */

const maxPattern = 100_000;
/** Of all patterns of a file together. */
const maxPatterns = 300_000;

/** Why a pattern is too large to compile; undefined when it is not. */
export function tooLarge(pattern: string): string | undefined {
  const size = sizeOf(pattern);
  return size > maxPattern ? `it may take ${size} steps, ${maxPattern} at most are taken` : undefined;
}

/** A problem at the pattern that makes those of a file too large together. */
export function checkPatterns(root: YamlNode): Finding | undefined {
  let total = 0;
  let found: Finding | undefined;
  const visit = (node: YamlNode, arePatterns: boolean): void => {
    if (found !== undefined) return;
    if (node.kind === 'mapping') for (const [key, { value }] of node.entries) visit(value, key === 'regexps');
    if (node.kind === 'list') for (const item of node.items) visit(item, arePatterns);
    if (node.kind !== 'scalar' || !arePatterns) return;
    total += sizeOf(node.text);
    if (total <= maxPatterns) return;
    const message = `the regular expressions up to here may take ${total} steps; ${maxPatterns} or fewer are needed`;
    found = { at: node.at, message };
  };
  visit(root, false);
  return found;
}

/** At most so many instructions: as if the whole pattern had the largest of its repetitions. */
function sizeOf(pattern: string): number {
  let most = 1;
  for (const [, least, greatest] of pattern.matchAll(/\{(\d{1,4})(?:,(\d{1,4}))?/g)) {
    most = Math.max(most, Number(greatest ?? least));
  }
  return pattern.length * most;
}
