/** What stands where there is no figure. */
export const none = '-';

/** A table of figures; the first `keys` cells of a row say what the row is about. */
export type Table = {
  readonly title: string;
  readonly keys: number;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
};

/** What another table says in the same row and column. */
export type Figures = ReadonlyMap<string, string>;

/** In Markdown, aligned, so that it reads in a terminal too. */
export function renderTable({ title, keys, columns, rows }: Table): string {
  const widths = columns.map((column, at) => Math.max(column.length, ...rows.map((row) => row[at]!.length)));
  const line = (cells: readonly string[], pad: string): string =>
    `| ${cells.map((cell, at) => (at < keys ? cell.padEnd(widths[at]!, pad) : cell.padStart(widths[at]!, pad))).join(' | ')} |`;
  const rule = columns.map((_, at) => (at < keys ? '' : ':'));
  return [`## ${title}`, '', line(columns, ' '), line(rule, '-'), ...rows.map((row) => line(row, ' '))]
    .map((text) => `${text}\n`)
    .join('');
}

/** Every figure of tables that `renderTable` wrote, by title, row and column. */
export function parseTables(text: string): Figures {
  const figures = new Map<string, string>();
  for (const section of text.split(/^## /m).slice(1)) {
    const [title = '', ...lines] = section.split('\n');
    const [columns, rule, ...rows] = lines.filter((line) => line.startsWith('|')).map(cellsOf);
    const keys = rule?.filter((cell) => !cell.endsWith(':')).length ?? 0;
    for (const row of rows) {
      for (let at = keys; at < row.length; at++) {
        figures.set(nameOf(title, row.slice(0, keys), columns?.[at] ?? ''), row[at]!);
      }
    }
  }
  return figures;
}

/** The table with the earlier figure behind each figure that had one. */
export function beside(table: Table, earlier: Figures): Table {
  const rows = table.rows.map((row) => {
    const key = row.slice(0, table.keys);
    return row.map((cell, at) => {
      const before = at < table.keys ? undefined : earlier.get(nameOf(table.title, key, table.columns[at]!));
      return before === undefined || before === none ? cell : `${cell} (${before})`;
    });
  });
  return { ...table, rows };
}

function cellsOf(line: string): string[] {
  return line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
}

function nameOf(title: string, key: readonly string[], column: string): string {
  return JSON.stringify([title, key, column]);
}
