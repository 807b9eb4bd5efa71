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
      writeLine(prefix + text.split('\n').join('\n' + prefix));
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
  const isList = Array.isArray(value);
  if (depth === 0) return isList ? '[array]' : '[object]';
  const show = (inner: unknown): string => inspect(inner, depth - 1, seen.concat([value]));
  if (isList) return '[' + value.map(show).join(', ') + ']';
  const fields = Object.keys(value).map(
    (key) => key + ': ' + show((value as { [key: string]: unknown })[key]),
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
  // Name and message; Espruino's errors keep them elsewhere.
  return { reason: `${error}`, stack: withoutLineEnd(`${error.stack || ''}`) };
}

/** Without a regular expression: it would be the only one of the runtime, and small engines have none. */
function withoutLineEnd(text: string): string {
  return text.charAt(text.length - 1) === '\n' ? withoutLineEnd(text.slice(0, -1)) : text;
}

function hexBytes(bytes: Uint8Array): string {
  let shown = 'Uint8Array(' + bytes.length + ')';
  for (const byte of bytes.subarray(0, 32)) shown += (byte < 16 ? ' 0' : ' ') + byte.toString(16);
  return shown + (bytes.length > 32 ? ' ...' : '');
}
