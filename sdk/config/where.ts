/** Finds the place in the author's file that called a builder. */
import { readFileSync } from 'node:fs';

/**
 * `file:line:column` of the first stack frame outside of this package's builders, or undefined. jiti keeps
 * lines but not columns; the column is where `builder` stands in that line.
 */
export function callerPlace(builder: string): string | undefined {
  const holder: { stack?: string } = {};
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 12;
  Error.captureStackTrace(holder, callerPlace);
  Error.stackTraceLimit = limit;
  for (const line of (holder.stack ?? '').split('\n').slice(1)) {
    const match = /\(?((?:file:\/\/)?[^()\s]+):(\d+):(\d+)\)?$/.exec(line.trim());
    if (!match) continue;
    const file = match[1].replace(/^file:\/\//, '');
    if (
      /[\\/]sdk[\\/]config[\\/](define|section|where|resources[\\/][\w-]+)\.[jt]s$/.test(file) ||
      file.startsWith('node:')
    )
      continue;
    return `${file}:${match[2]}:${columnOf(builder, file, Number(match[2])) ?? match[3]}`;
  }
  return undefined;
}

/** Column of the first call of `builder` in a line, from 1; undefined when it goes by another name there. */
function columnOf(builder: string, file: string, line: number): number | undefined {
  try {
    const text = readFileSync(file, 'utf8').split('\n')[line - 1];
    const at = text.search(new RegExp(`\\b${builder}\\s*\\(`));
    return at < 0 ? undefined : at + 1;
  } catch {
    return undefined;
  }
}
