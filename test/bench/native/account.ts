/** Where an echo's instructions go: functions and interpreter opcodes of QuickJS 2025-04-26, put into groups. */
import type { LineCost } from './callgrind.js';

/** Groups in the order of the table. */
export const GROUPS = {
  calls: 'calls and returns',
  elements: 'typed array elements',
  fields: 'named properties',
  closure: 'closure variables',
  locals: 'arguments and locals',
  arithmetic: 'arithmetic and comparison',
  branches: 'branches',
  stack: 'constants and stack',
  counts: 'reference counts',
  copy: 'payload copy',
  other: 'everything else',
} as const;
export type Group = keyof typeof GROUPS;

/** Opcodes by name, the first pattern that fits. */
const OPCODES: readonly (readonly [RegExp, Group])[] = [
  [/var_ref/, 'closure'],
  [/array_el|append|to_propkey/, 'elements'],
  [/field|get_length|super_value/, 'fields'],
  [/^OP_(get|put|set|inc|dec|add|close)_(loc|arg)/, 'locals'],
  [/call|^OP_(return|apply|check_ctor)/, 'calls'],
  [/^OP_(if_|goto|gosub|catch|nip_catch|ret$)/, 'branches'],
  [/^OP_(push|dup|drop|nip|swap|rot|insert|perm|undefined|null|object|special_object|rest)/, 'stack'],
  [/^OP_(add|sub|mul|div|mod|pow|plus|neg|inc|dec|post_|not|lnot|shl|shr|sar|and|or|xor)/, 'arithmetic'],
  [/^OP_(lt|lte|gt|gte|eq|neq|strict_|typeof|is_|instanceof|in$)/, 'arithmetic'],
];

const FUNCTIONS: readonly (readonly [RegExp, Group])[] = [
  [
    /^(JS_Call(Internal)?|js_call_c_function|remote_kick|measured_turn|run_jobs|hal_|JS_IsJobPending|checked)/,
    'calls',
  ],
  [/^(JS_GetPropertyValue|JS_SetPropertyValue|js_(get|set)_fast_array|JS_TryGetPropertyInt64)/, 'elements'],
  [/typed_array_set|^js_typed_array|^JS_ToObject|^JS_ToInt64Sat|mem(cpy|move|set)/, 'copy'],
  [/^(JS_GetProperty|JS_SetProperty|find_own_property|js_get_length)/, 'fields'],
  [
    /eq|^JS_(ToInt32|ToBool|ToNumber|ToNumeric|ToUint32)|slow$|typeof|cmp|^js_(relational|compare)/,
    'arithmetic',
  ],
  [/^(__?JS_Free|JS_FreeValue|__JS_AtomToValue|free_zero_ref)/, 'counts'],
];

/** Tells which opcode a line of quickjs.c belongs to. Throws Error on a source without the interpreter loop. */
export function opcodeLines(source: string): (line: number) => string | undefined {
  const rows = source.split('\n');
  const begin = rows.findIndex((row, i) => /JS_CallInternal\(JSContext/.test(row) && opensBody(rows, i));
  const end = rows.findIndex((row, i) => i > begin && row === '}');
  if (begin < 0 || end < 0) throw new Error('JS_CallInternal is not in quickjs.c');
  const starts: { line: number; name: string }[] = [];
  for (let i = begin; i < end; i++) {
    const name = /(?:CASE|OP_CMP)\((OP_\w+)/.exec(rows[i]);
    if (name) starts.push({ line: i + 1, name: name[1] });
    else if (/^ exception:/.test(rows[i])) starts.push({ line: i + 1, name: 'OP_return' });
  }
  if (starts.length < 100) throw new Error('the interpreter loop of quickjs.c is not what was expected');
  return (line) => {
    if (line <= begin || line > end + 1) return undefined;
    return starts.findLast((start) => start.line <= line)?.name;
  };
}

function opensBody(rows: readonly string[], at: number): boolean {
  const next = rows.slice(at, at + 6).join('');
  return next.indexOf('{') >= 0 && (next.indexOf(';') < 0 || next.indexOf('{') < next.indexOf(';'));
}

/** Instructions per message by group. The sum is that of all `lines`. */
export function accountOf(
  lines: readonly LineCost[],
  opcodeAt: (line: number) => string | undefined,
  messages: number,
): { readonly [group in Group]: number } {
  const sums = Object.fromEntries(Object.keys(GROUPS).map((group) => [group, 0])) as { [g in Group]: number };
  for (const line of lines) sums[groupOf(line, opcodeAt)] += line.cost;
  for (const group of Object.keys(sums) as Group[]) sums[group] /= messages;
  return sums;
}

function groupOf({ fn, file, line }: LineCost, opcodeAt: (line: number) => string | undefined): Group {
  if (fn === 'JS_CallInternal') {
    // Inlined JS_DupValue and JS_FreeValue, whichever opcode they are for.
    if (!file.endsWith('quickjs.c')) return 'counts';
    const opcode = opcodeAt(line);
    // In front of the first opcode a call sets up its frame.
    return opcode === undefined ? 'calls' : (find(OPCODES, opcode) ?? 'other');
  }
  return find(FUNCTIONS, fn) ?? 'other';
}

function find(table: readonly (readonly [RegExp, Group])[], name: string): Group | undefined {
  return table.find(([pattern]) => pattern.test(name))?.[1];
}
