/**
 * Which engine profile a program needs. The small one has what the language itself is, JSON, Map, Set, WeakMap, typed arrays,
 * DataView, Promise and Reflect (runtime/native/profile-small.c); what it lacks was listed by asking both for their globals
 * and their members, and by running each construct below in both.
 */
import { originalPositionFor, TraceMap } from '@jridgewell/trace-mapping';
import { parse } from 'acorn';
import { each, type Node, type Reference, scopesOf } from '../bundle/scopes.js';
import type { EngineProfile } from '../elf/notes.js';

/** What a configuration says: `auto` takes the small one for programs that need no more. */
export type ProfileOption = EngineProfile | 'auto';

/** Something that only the full engine has, in the program's text. */
export interface FullUse {
  /** As the author would call it: "a regular expression". */
  readonly what: string;
  /** What to write instead. */
  readonly instead: string;
  /** Index of its first character. */
  readonly start: number;
}

/** The same, and where it stands: `src/main.ts:3:11`. */
export interface PlacedUse extends FullUse {
  readonly where: string;
}

/** The profile of an image, and what decided it. */
export interface ProfileChoice {
  readonly profile: EngineProfile;
  /** The configuration asked for it by name. */
  readonly asked: boolean;
  /** What needs the full engine, in the order of the text. */
  readonly uses: readonly PlacedUse[];
}

const GLOBALS: { readonly [name: string]: Pick<FullUse, 'what' | 'instead'> } = {
  RegExp: { what: 'RegExp', instead: 'compare text with indexOf, includes, startsWith or charCodeAt' },
  Date: { what: 'Date', instead: 'measure time with setTimeout and setInterval, or let Linux send the date' },
  Proxy: { what: 'Proxy', instead: 'write getters, setters or methods' },
  WeakRef: { what: 'WeakRef', instead: 'hold the object, or its key in a WeakMap' },
  FinalizationRegistry: {
    what: 'FinalizationRegistry',
    instead: 'end things by a call of your own, such as close()',
  },
  eval: { what: 'eval', instead: 'write the code into the program; the core has no parser' },
};

const METHODS: { readonly [name: string]: Pick<FullUse, 'what' | 'instead'> } = {
  match: { what: 'String.match', instead: 'find the place with indexOf and cut with slice' },
  matchAll: { what: 'String.matchAll', instead: 'call indexOf in a loop' },
  search: { what: 'String.search', instead: 'use indexOf' },
  normalize: {
    what: 'String.normalize',
    instead: 'let Linux normalize text, which needs the Unicode tables',
  },
  localeCompare: { what: 'String.localeCompare', instead: 'compare with < and >' },
};

const REGEX = {
  what: 'a regular expression',
  instead: 'use indexOf, includes, split or replaceAll with text, or look at characters one by one',
};
const FUNCTION = { what: 'the Function constructor', instead: 'write the function into the program' };

/**
 * What of `code`, a script, only the full engine has. A name under `typeof` does not count. A method counts by its name,
 * unless the program itself has members of that name.
 */
export function usesOfFull(code: string): FullUse[] {
  const program = parse(code, { ecmaVersion: 'latest' });
  const uses = new Map<number, FullUse>();
  const own = new Set<string>();
  const asked = new Set<number>();
  const calls: { readonly name: string; readonly start: number }[] = [];
  const free = new Set(scopesOf(program).free.map(({ start }: Reference) => start));
  const isFree = (node: Node, name: string): boolean =>
    node.type === 'Identifier' && node.name === name && free.has(node.start);
  const use = (found: Pick<FullUse, 'what' | 'instead'>, { start }: Node): void => {
    uses.set(start, { ...found, start });
  };

  each(program, (node) => {
    if (node.type === 'UnaryExpression' && node.operator === 'typeof') asked.add(node.argument.start);
    else if (node.type === 'Literal' && node.regex) use(REGEX, node);
    else if (node.type === 'Identifier' && free.has(node.start) && Object.hasOwn(GLOBALS, node.name)) {
      if (!asked.has(node.start)) use(GLOBALS[node.name], node);
    } else if (node.type === 'CallExpression' || node.type === 'NewExpression') {
      if (isFree(node.callee, 'Function')) use(FUNCTION, node.callee);
      const name = memberName(node.callee);
      if (node.type === 'CallExpression' && name !== undefined && Object.hasOwn(METHODS, name))
        calls.push({ name, start: (node.callee as { property: Node }).property.start });
    } else if (node.type === 'MemberExpression') {
      const name = memberName(node);
      const global = isFree(node.object as Node, 'globalThis');
      if (global && name !== undefined && Object.hasOwn(GLOBALS, name) && !asked.has(node.start))
        use(GLOBALS[name], node.property);
    } else if (node.type === 'MethodDefinition' || node.type === 'PropertyDefinition') addKey(node.key, own);
    else if (node.type === 'Property') addKey(node.key, own);
    else if (node.type === 'AssignmentExpression') {
      const name = memberName(node.left);
      if (name !== undefined) own.add(name);
    }
  });
  for (const { name, start } of calls) if (!own.has(name)) uses.set(start, { ...METHODS[name], start });
  return [...uses.values()].sort((a, b) => a.start - b.start);
}

function addKey(key: Node, names: Set<string>): void {
  if (key.type === 'Identifier') names.add(key.name);
  else if (key.type === 'Literal') names.add(String(key.value));
}

/** `name` of `object.name` and `object['name']`. */
function memberName(node: Node): string | undefined {
  if (node.type !== 'MemberExpression') return undefined;
  const { property, computed } = node;
  if (!computed) return property.type === 'Identifier' ? property.name : undefined;
  return property.type === 'Literal' ? String(property.value) : undefined;
}

/** The profile that `wanted` leads to for this program, with places from its source map (JSON text). */
export function chooseProfile(wanted: ProfileOption, code: string, sourceMap: string): ProfileChoice {
  const map = new TraceMap(sourceMap);
  const uses = usesOfFull(code).map((use) => ({ ...use, where: placeOf(use.start, code, map) }));
  const profile = wanted === 'auto' ? (uses.length > 0 ? 'full' : 'small') : wanted;
  return { profile, asked: wanted !== 'auto', uses };
}

function placeOf(index: number, code: string, map: TraceMap): string {
  const before = code.slice(0, index).split('\n');
  const line = before.length;
  const column = before[line - 1].length;
  const found = originalPositionFor(map, { line, column });
  if (found.source === null) return `firmware.js:${line}:${column + 1}`;
  return `${found.source}:${found.line}:${found.column + 1}`;
}
