/** How a script's text is put together. */

/** Rows of equal length, each column as wide as its widest cell. */
export function columns(rows: readonly (readonly string[])[], indent = '  '): string {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, cell.length);
  }
  const kept = widths.map((width, i) => ({ width, i })).filter(({ width }) => width > 0);
  return rows
    .map(
      (row) =>
        indent +
        kept
          .map(({ width, i }) => row[i].padEnd(width))
          .join(' ')
          .trimEnd() +
        '\n',
    )
    .join('');
}

/** Text that cannot end the comment it stands in. */
export function comment(text: string): string {
  return text.replace(/\*\//g, '* /').replace(/\/\*/g, '/ *').replace(/\s+/g, ' ').trim();
}

export function hex(value: number): string {
  return '0x' + value.toString(16).padStart(8, '0');
}

export function readableSize(bytes: number): string {
  for (const [unit, size] of [
    ['GiB', 2 ** 30],
    ['MiB', 2 ** 20],
    ['KiB', 2 ** 10],
  ] as const) {
    if (bytes >= size && bytes % size === 0) return `${bytes / size} ${unit}`;
  }
  return `${bytes} bytes`;
}
