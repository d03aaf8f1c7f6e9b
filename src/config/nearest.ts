import { quote } from './quote.ts';

/** The candidates from nearest to farthest; equally near ones stay in order. */
export function byDistance(word: string, candidates: readonly string[]): string[] {
  return candidates
    .map((candidate) => ({ candidate, distance: editDistance(word, candidate) }))
    .sort((a, b) => a.distance - b.distance)
    .map(({ candidate }) => candidate);
}

/** The candidate that the word is probably a slip of; undefined when nothing is near enough. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  if (word.length > 80) return undefined; // The distance takes as long as the word.
  const [first] = byDistance(word, candidates);
  if (first === undefined) return undefined;
  const longest = Math.max(word.length, first.length);
  return editDistance(word, first) <= Math.max(1, Math.floor(longest / 3)) ? first : undefined;
}

/** `"unit" (did you mean "uint"?)`, or just the quoted word. */
export function didYouMean(word: string, candidates: readonly string[]): string {
  const meant = nearest(word, candidates);
  return meant === undefined ? quote(word) : `${quote(word)} (did you mean ${quote(meant)}?)`;
}

/** How many letters to insert, delete, replace or swap with their neighbour to get from a to b, ignoring case. */
export function editDistance(a: string, b: string): number {
  const [from, to] = [a.toLowerCase(), b.toLowerCase()];
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, j) => j);
  for (let i = 1; i <= from.length; i++) {
    const row = [i];
    for (let j = 1; j <= to.length; j++) {
      const changed = from[i - 1] === to[j - 1] ? 0 : 1;
      const swapped = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
      row[j] = Math.min(
        last[j]! + 1,
        row[j - 1]! + 1,
        last[j - 1]! + changed,
        swapped ? beforeLast[j - 2]! + 1 : Number.POSITIVE_INFINITY,
      );
    }
    beforeLast = last;
    last = row;
  }
  return last[to.length]!;
}
