/**
 * Sizes and offsets of wire formats as numbers: with them gone from the text, a program that declares no format of its own
 * holds none of the declarations and nothing of what interprets them (runtime/abi/struct.ts).
 */
import * as resourceTable from '../../runtime/abi/resource-table.js';
import * as rpmsg from '../../runtime/abi/rpmsg.js';
import { u32 } from '../../runtime/abi/struct.js';
import * as vring from '../../runtime/abi/vring.js';

interface Format {
  readonly size: number;
  readonly offset: { readonly [field: string]: number };
}

const formats = new Map<string, Format>();
for (const [name, value] of Object.entries<unknown>({ ...resourceTable, ...rpmsg, ...vring, u32 })) {
  if (typeof value === 'object') formats.set(name, value as Format);
}

/**
 * `code` of the runtime with numbers in place of `Format.size` and `Format.offset.field`, at the same positions, and with
 * declarations of formats marked as free of effects, so that those that nothing uses are left out.
 */
export function foldFormats(code: string): string {
  return code
    .replace(/\b(\w+)\.(?:size|offset\.(\w+))\b/g, (text, name: string, field?: string) => {
      const format = formats.get(name);
      if (!format) return text;
      return String(field === undefined ? format.size : format.offset[field]).padEnd(text.length);
    })
    .replace(/(?<=[=:] )(?=(?:struct|array|bytes|cstring|integer)\()/g, '/*@__PURE__*/');
}
