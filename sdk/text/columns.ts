/** Tables for people. */

/**
 * Rows as lines whose cells are aligned; the first row is the heading. Cells of columns in `right` are aligned
 * to the right (numbers). Lines have no trailing blanks and end with a line break.
 * @param indent put in front of each line
 */
export function columns(
  rows: readonly (readonly (string | number)[])[],
  { right = [], indent = '' }: { readonly right?: readonly number[]; readonly indent?: string } = {},
): string {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, String(cell).length);
  }
  let text = '';
  for (const row of rows) {
    const cells = row.map((cell, i) =>
      right.includes(i) ? String(cell).padStart(widths[i]) : String(cell).padEnd(widths[i]),
    );
    text += (indent + cells.join('  ')).trimEnd() + '\n';
  }
  return text;
}

/** `bytes` with a binary unit where that is exact or short: `384 KiB`, `1.5 KiB`, `291 bytes`. */
export function readableSize(bytes: number): string {
  const units = ['KiB', 'MiB', 'GiB'];
  if (bytes < 1024) return `${bytes} byte${bytes === 1 ? '' : 's'}`;
  let value = bytes / 1024;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${Number(value.toFixed(1))} ${units[unit]}`;
}
