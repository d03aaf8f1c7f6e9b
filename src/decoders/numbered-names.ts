/** Names by number, from a text such as `0 read write 4 stat`: a number says where the names after it start. */
export function numberedNames(table: string): readonly (string | undefined)[] {
  const names: (string | undefined)[] = [];
  let next = 0;
  for (const word of table.trim().split(/\s+/)) {
    if (/^\d/.test(word)) next = Number(word);
    else names[next++] = word;
  }
  return names;
}
