/**
 * What is done to a program before TypeScript lowers it to ES5: all that its ES5 has wrong without telling, as its own checks
 * are for authors who wrote for ES5, or that Espruino has otherwise.
 */
import MagicString from 'magic-string';
import {
  isFunction,
  isReference,
  type Node,
  parseScript,
  scopeNames,
  walk,
  wrapperStart,
} from './syntax-tree.js';

export interface Prepared {
  readonly text: MagicString;
  /** Arrays are read by iterators everywhere: the program has generators, or patterns that would slice what is no array. */
  readonly iterators: boolean;
}

const ERRORS = ['Error', 'EvalError', 'RangeError', 'ReferenceError', 'SyntaxError', 'TypeError', 'URIError'];

export function prepare(code: string): Prepared {
  const text = new MagicString(code);
  const program = parseScript(code);
  // for-of over anything but arrays costs an iterator for all of them.
  const iterators = needsIterators(program);
  const owners = new Set<Node>();
  const [own, caught, template] = ['_arguments', '_caught', '__template'].map((name) => freeName(name, code));
  let templates = 0;
  walk(program, (node, around) => {
    const owner = argumentsOwner(node, around);
    if (owner) {
      owners.add(owner);
      text.overwrite(node.start, node.end, own);
    } else if (node.type === 'ClassDeclaration' || node.type === 'ClassExpression') {
      const base = node.superClass as Node | null;
      if (
        base?.type === 'Identifier' &&
        ERRORS.includes(base.name) &&
        !isDeclared(base.name, [node, ...around])
      ) {
        text.overwrite(base.start, base.end, `__errorBase(${base.name}, "${base.name}")`);
      }
    } else if (node.directive === 'use strict') {
      // Espruino knows no strict mode; a simulated core must not have one either.
      text.remove(node.start, node.end);
    } else if (node.type === 'FunctionDeclaration') scopeToBlock(text, node, around);
    else if (node.type === 'CatchClause') ownCaught(text, node, around, caught);
    else if (node.type === 'TaggedTemplateExpression')
      callTag(text, node, around[0], `${template}${++templates}`);
    else if (node.type === 'ObjectExpression') dropNullPrototype(text, code, node);
    else if (!iterators && restOf(node)) {
      const source = (node.init ?? node.right) as Node;
      text.appendLeft(source.start, '__read(').appendRight(source.end, ')');
    } else if (node.type === 'Literal' && typeof node.value === 'string' && !isAscii(node.value)) {
      text.overwrite(node.start, node.end, byteLiteral(node.value));
    } else if (
      node.type === 'TemplateElement' &&
      around[1].type !== 'TaggedTemplateExpression' &&
      !isAscii(node.value.raw + (node.value.cooked ?? ''))
    ) {
      text.overwrite(node.start, node.end, bytesOf(node.value.cooked ?? node.value.raw, '`'));
    }
    return true;
  });
  for (const { body } of owners) text.appendLeft(body.start + 1, ` var ${own} = arguments;`);
  const names = Array.from({ length: templates }, (_, i) => `${template}${i + 1}`);
  if (templates > 0) text.appendLeft(wrapperStart(program), `\nvar ${names.join(', ')};\n`);
  return { text, iterators };
}

/** `name`, longer where the program has it. */
export function freeName(name: string, code: string): string {
  return code.includes(name) ? freeName(`${name}_`, code) : name;
}

const isDeclared = (name: string, around: readonly Node[]): boolean =>
  around.some((scope) => scopeNames(scope).has(name));

/** The function whose arguments an arrow function means; ES5 has no such functions, and TypeScript forgets to look. */
function argumentsOwner(node: Node, around: readonly Node[]): Node | undefined {
  if (node.type !== 'Identifier' || node.name !== 'arguments' || !isReference(node, around[0]))
    return undefined;
  const functions = around.filter(isFunction);
  if (functions[0]?.type !== 'ArrowFunctionExpression') return undefined;
  return functions.find(({ type }) => type !== 'ArrowFunctionExpression');
}

/**
 * A function declared in a block is the block's own in a module; in ES5 it is the whole function's, over whatever that has under the
 * name. As `let` it gets a name of its own where it needs one.
 */
function scopeToBlock(text: MagicString, node: Node, [block, owner]: readonly Node[]): void {
  if (block.type !== 'BlockStatement' || isFunction(owner)) return;
  text.remove(node.id.start, node.id.end);
  text.prependRight(node.start, `let ${node.id.name} = `);
  text.appendLeft(node.end, ';');
  text.move(node.start, node.end, block.start + 1);
}

const LOOP = /^(For(In|Of)?|While|DoWhile)Statement$/;

/** In state machines one variable holds what all turns of a loop have caught; functions keep theirs in one of the block. */
function ownCaught(text: MagicString, { param, body }: Node, around: readonly Node[], name: string): void {
  const within = around.findIndex(isFunction);
  const owner = around[within];
  if (param?.type !== 'Identifier' || !(owner?.async || owner?.generator)) return;
  if (!around.slice(0, within).some(({ type }) => LOOP.test(type)) || !has(body, isFunction)) return;
  text.overwrite(param.start, param.end, name);
  text.appendLeft(body.start + 1, ` let ${param.name} = ${name};`);
}

/** A call in place of a tagged template: TypeScript makes its strings anew each time, and writes bytes into `raw` as escapes. */
function callTag(text: MagicString, { start, end, quasi }: Node, parent: Node, name: string): void {
  const quasis = quasi.quasis as readonly { value: { cooked: string | null; raw: string } }[];
  const cooked = quasis.map(({ value }) => (value.cooked === null ? 'void 0' : byteLiteral(value.cooked)));
  const raw = quasis.map(({ value }) => byteLiteral(value.raw));
  let from = quasi.start as number;
  let before = `(${name} || (${name} = __makeTemplateObject([${cooked}], [${raw}]))`;
  for (const expression of quasi.expressions as readonly Node[]) {
    text.overwrite(from, expression.start, `${before}, (`);
    from = expression.end;
    before = ')';
  }
  text.overwrite(from, quasi.end, `${before})`);
  if (parent.type === 'NewExpression' && parent.callee.start === start)
    text.prependRight(start, '(').appendLeft(end, ')');
}

/** rollup's objects for `import * as` and `import()` have no prototype; what Espruino makes of such a key is not known. */
function dropNullPrototype(text: MagicString, code: string, { properties }: Node): void {
  const [first, second] = properties as readonly Node[];
  if (first?.key?.name !== '__proto__' || first.computed || first.value.raw !== 'null') return;
  text.remove(first.start, second?.start ?? code.indexOf('}', first.end));
}

/** The rest element of an array pattern whose source can be made an array of on the spot. */
function restOf(node: Node): boolean {
  const declared = node.type === 'VariableDeclarator' && node.init && hasRest(node.id);
  const assigned = node.type === 'AssignmentExpression' && node.operator === '=' && hasRest(node.left);
  return (declared || assigned) && !isArray(node.init ?? node.right);
}

const hasRest = ({ type, elements }: Node): boolean =>
  type === 'ArrayPattern' && elements.at(-1)?.type === 'RestElement';

/** `[...]` and `text.split(...)` are arrays already. */
function isArray({ type, callee }: Node): boolean {
  return type === 'ArrayExpression' || (type === 'CallExpression' && callee.property?.name === 'split');
}

/** Generators are no arrays; and ES5 takes the rest of a pattern with `slice`, which only arrays have as it is meant. */
function needsIterators(program: Node): boolean {
  let needed = false;
  walk(program, (node, [parent, statement]) => {
    if (node.generator) needed = true;
    const alone =
      (parent?.type === 'VariableDeclarator' && parent.init) ||
      (parent?.type === 'AssignmentExpression' && statement.type === 'ExpressionStatement');
    if (hasRest(node) && !alone) needed = true;
    return !needed;
  });
  return needed;
}

function has(node: Node, wanted: (inner: Node) => boolean): boolean {
  let found = false;
  walk(node, (inner) => {
    found ||= wanted(inner);
    return !found;
  });
  return found;
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7f) return false;
  return true;
}

/** A string constant of the bytes that `text` has as UTF-8: Espruino's strings hold bytes. */
function byteLiteral(text: string): string {
  return `"${bytesOf(text, '"')}"`;
}

function bytesOf(text: string, quote: '"' | '`'): string {
  let literal = '';
  for (const byte of Buffer.from(text, 'utf8')) {
    const character = String.fromCharCode(byte);
    if (byte >= 0x80 || byte < 0x20) literal += `\\x${byte.toString(16).padStart(2, '0')}`;
    else if (character === '\\' || character === quote || (quote === '`' && character === '$'))
      literal += `\\${character}`;
    else literal += character;
  }
  return literal;
}
