/** `console` for firmware: one line a call, into the trace buffer and the hal's log. */

export interface FirmwareConsole {
  log(...values: unknown[]): void;
  info(...values: unknown[]): void;
  debug(...values: unknown[]): void;
  warn(...values: unknown[]): void;
  error(...values: unknown[]): void;
}

export function makeConsole(writeLine: (line: string) => void): FirmwareConsole {
  const printer =
    (prefix: string) =>
    (...values: unknown[]): void => {
      const text = values.map((value) => (typeof value === 'string' ? value : inspect(value))).join(' ');
      // On each line, so that a reader who filters by level gets the whole message: grep '^error: ' trace0.
      writeLine(prefix + (prefix ? text.split('\n').join('\n' + prefix) : text));
    };
  return {
    log: printer(''),
    info: printer(''),
    debug: printer('debug: '),
    warn: printer('warning: '),
    error: printer('error: '),
  };
}

/** A value as a person wants to see it in a log; nested objects down to three levels. */
export function inspect(value: unknown, depth = 3, seen: unknown[] = []): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'function')
    return '[function ' + ((value as { name?: string }).name || 'anonymous') + ']';
  if (typeof value !== 'object' || value === null) return String(value);
  if (value instanceof Error) return errorText(value);
  if (value instanceof Uint8Array) return hexBytes(value);
  if (seen.indexOf(value) >= 0) return '[circular]';
  if (depth === 0) return Array.isArray(value) ? '[array]' : '[object]';
  const inner = seen.concat([value]);
  if (Array.isArray(value))
    return '[' + value.map((item) => inspect(item, depth - 1, inner)).join(', ') + ']';
  const fields = Object.keys(value).map(
    (key) => key + ': ' + inspect((value as { [key: string]: unknown })[key], depth - 1, inner),
  );
  return fields.length ? '{ ' + fields.join(', ') + ' }' : '{}';
}

/** Name, message and stack of anything that was thrown. */
export function errorText(error: unknown): string {
  const { reason, stack } = describeError(error);
  return stack ? reason + '\n' + stack : reason;
}

/** Splits what was thrown into one line and the engine's stack lines. */
export function describeError(error: unknown): { reason: string; stack: string } {
  if (!(error instanceof Error)) return { reason: 'thrown: ' + inspect(error), stack: '' };
  return {
    reason: error.name + (error.message ? ': ' + error.message : ''),
    stack: String(error.stack || '').replace(/\n+$/, ''),
  };
}

function hexBytes(bytes: Uint8Array): string {
  let text = 'Uint8Array(' + bytes.length + ')';
  for (let i = 0; i < bytes.length && i < 32; i++)
    text += (bytes[i] < 16 ? ' 0' : ' ') + bytes[i].toString(16);
  return bytes.length > 32 ? text + ' ...' : text;
}
