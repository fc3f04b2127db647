export interface MarkdownTable {
  readonly header: readonly string[];
  readonly rows: readonly Record<string, string>[];
}

/** The tables of a page, as rows by column name. */
export function readTables(page: string): MarkdownTable[] {
  const tables: { header: string[]; rows: Record<string, string>[] }[] = [];
  let header: string[] | undefined;
  for (const line of page.split('\n')) {
    if (!line.startsWith('|')) header = undefined;
    else if (!header) {
      header = cells(line);
      tables.push({ header, rows: [] });
    } else if (!/^\|[-:| ]+\|$/.test(line)) {
      const values = cells(line);
      tables.at(-1)?.rows.push(Object.fromEntries(header.map((name, index) => [name, values[index] ?? ''])));
    }
  }
  return tables;
}

function cells(line: string): string[] {
  return line
    .slice(1, line.lastIndexOf('|'))
    .split('|')
    .map((cell) => cell.trim());
}
