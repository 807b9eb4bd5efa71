/** Finds the place in the author's file that called a builder. */

/**
 * `file:line:column` of the first stack frame outside of this package's builders, or undefined. jiti keeps
 * lines, so the place is that of the TypeScript source.
 */
export function callerPlace(): string | undefined {
  const holder: { stack?: string } = {};
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 12;
  Error.captureStackTrace(holder, callerPlace);
  Error.stackTraceLimit = limit;
  for (const line of (holder.stack ?? '').split('\n').slice(1)) {
    const match = /\(?((?:file:\/\/)?[^()\s]+):(\d+):(\d+)\)?$/.exec(line.trim());
    if (!match) continue;
    const file = match[1].replace(/^file:\/\//, '');
    if (/[\\/]sdk[\\/]config[\\/](define|resources|where)\.[jt]s$/.test(file) || file.startsWith('node:'))
      continue;
    return `${file}:${match[2]}:${match[3]}`;
  }
  return undefined;
}
