/** Columns as wide as what stands in them, two spaces apart; the last one as long as it is. A line for the heads, then one a row. */
export function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = head.map((title, column) =>
    Math.max(...[head, ...rows].map((row) => (column < row.length - 1 ? row[column].length : title.length))),
  );
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column])))
      .join('  ')
      .trimEnd();
  return [head, ...rows].map(line);
}
