/**
 * Members of the runtime that a program never mentions. rollup drops functions that nobody imports; a class it keeps as a
 * whole, whatever of it is called. Here methods go by their names, as a linker's sections do: a member is needed when its
 * name stands in the author's program or packages, in a word or a string, or in what is needed of the runtime.
 */
import { parseAst } from 'rollup/parseAst';

/** From the first character to behind the last one. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

interface Node extends Span {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** A method, an accessor, or a function in an object literal. */
interface Member {
  readonly name: string;
  readonly node: Node;
  /** Key and value; they count when the name does. */
  readonly scope: readonly Node[];
}

/** What the language itself calls, or a descriptor's fields. */
const PROTOCOL = ['constructor', 'get', 'set', 'value', 'then', 'toString', 'toJSON', 'valueOf', 'next'];

/** The words of a text: every name that it can use. */
export function wordsOf(text: string): Set<string> {
  return new Set(text.match(/[\w$]+/g));
}

/**
 * `code` with spaces in place of the members that lie in `runtime` and are never mentioned, so that all positions stay.
 * `words` are those of the rest of the program.
 */
export function withoutUnmentioned(
  code: string,
  runtime: readonly Span[],
  words: ReadonlySet<string>,
): string {
  const live = new Set([...words, ...PROTOCOL]);
  const waiting = new Map<string, Member[]>();
  const program = parseAst(code) as unknown as Node;
  const functions = new Set<string>();
  each(program, (node) => {
    if (node.type === 'FunctionDeclaration') functions.add((node.id as Node).name as string);
    return true;
  });

  const pending: Node[] = [program];
  const mention = (name: string): void => {
    live.add(name);
    for (const { scope } of waiting.get(name) ?? []) pending.push(...scope);
    waiting.delete(name);
  };
  for (let node = pending.pop(); node; node = pending.pop()) {
    each(node, (inner, parent) => {
      const member = memberOf(inner, parent, functions);
      if (member && inside(inner, runtime) && !live.has(member.name)) {
        const known = waiting.get(member.name);
        if (known) known.push(member);
        else waiting.set(member.name, [member]);
        return false;
      }
      for (const name of mentionedBy(inner, parent)) mention(name);
      return true;
    });
  }
  const dead = [...waiting.values()].flat().map(({ node }) => node);
  return dead.reduce(blank, code);
}

/**
 * `code` with shorter words for the same in `runtime`: `let` for `const`, whose declarations are joined then, and errors made
 * without `new`. Positions stay.
 */
export function withShortWords(code: string, runtime: readonly Span[]): string {
  const found: { readonly at: number; readonly word: string; readonly short: string }[] = [];
  each(parseAst(code) as unknown as Node, (node) => {
    if (!inside(node, runtime)) return true;
    if (node.type === 'VariableDeclaration' && node.kind === 'const')
      found.push({ at: node.start, word: 'const', short: 'let' });
    if (node.type === 'NewExpression' && /^(Range|Type)?Error$/.test(String((node.callee as Node).name)))
      found.push({ at: node.start, word: 'new ', short: '' });
    return true;
  });
  return found.reduce(
    (text, { at, word, short }) =>
      text.slice(0, at) + short.padEnd(word.length) + text.slice(at + word.length),
    code,
  );
}

function inside({ start, end }: Span, spans: readonly Span[]): boolean {
  return spans.some((span) => span.start <= start && end <= span.end);
}

/** Calls `visit` with each node and the one around it, outer ones first; what lies in a node is left out after false. */
function each(node: Node, visit: (node: Node, parent: Node | undefined) => boolean, parent?: Node): void {
  if (!visit(node, parent)) return;
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) {
      if (typeof child?.type === 'string') each(child, visit, node);
    }
  }
}

function memberOf(node: Node, parent: Node | undefined, functions: ReadonlySet<string>): Member | undefined {
  const isMethod = node.type === 'MethodDefinition';
  if (!isMethod && !(node.type === 'Property' && parent?.type === 'ObjectExpression')) return undefined;
  const key = node.key as Node;
  const value = node.value as Node;
  if (node.computed || key.type !== 'Identifier') return undefined;
  const name = key.name as string;
  const callable =
    value.type.endsWith('FunctionExpression') ||
    (value.type === 'Identifier' && functions.has(value.name as string));
  return callable ? { name, node, scope: [value] } : undefined;
}

/** Names of members that this node asks for. */
function mentionedBy(node: Node, parent: Node | undefined): Iterable<string> {
  if (node.type === 'Literal' && /^[\w$]+$/.test(String(node.value))) return [String(node.value)];
  if (node.type !== 'Identifier' || !parent) return [];
  const read = parent.type === 'MemberExpression' && parent.property === node && !parent.computed;
  // A key of a pattern; that of a literal makes a member and uses none.
  const taken =
    parent.type === 'Property' && parent.key === node && (parent.value as Node).type !== 'Literal';
  return read || taken ? [node.name as string] : [];
}

/** The member and the comma behind it become spaces. */
function blank(code: string, { start, end }: Span): string {
  const comma = /^\s*,/.exec(code.slice(end, end + 200));
  const to = end + (comma ? comma[0].length : 0);
  return code.slice(0, start) + code.slice(start, to).replace(/[^\n]/g, ' ') + code.slice(to);
}
