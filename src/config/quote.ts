const longest = 80;

/** A text of the user's for a message, in quotes and at most 80 characters of it: a whole file may be one value. */
export function quote(text: string): string {
  return JSON.stringify(cut(text));
}

/** At most 80 characters of a text, and `...` for the rest. */
export function cut(text: string): string {
  if (text.length <= longest) return text;
  // Not by code unit: half of a surrogate pair is no character.
  return `${[...text.slice(0, 2 * longest)].slice(0, longest - 3).join('')}...`;
}
