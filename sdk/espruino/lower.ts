/**
 * Lowering: a program of today's JavaScript becomes one that Espruino parses and runs as it was meant. All of it is behind
 * `lower`, so that another compiler can take the place of TypeScript, whose version 6 is the last to write ES5.
 *
 * 1. What TypeScript's ES5 leaves wrong: subclasses of Error, text beyond ASCII, `arguments` in arrow functions.
 * 2. TypeScript to ES5, without its helpers.
 * 3. Our own helpers (helpers.ts), those that the program uses.
 */
import MagicString from 'magic-string';
import ts from 'typescript';
import { helpers, helperText } from './helpers.js';
import { hoistFunctions } from './hoist.js';
import { type AnyMap, chain, type StepMap } from './source-map.js';
import { isFunction, isReference, type Node, parseScript, walk } from './syntax-tree.js';

/** Code and the map from it to what it was made of. */
export interface Step {
  readonly code: string;
  readonly map: StepMap;
}

/** Lowers a script. Functions are not moved yet: `hoist` is for last, after everything that prints code anew. */
export function lower(code: string): Step {
  const before = prepare(code);
  const prepared = before.toString();
  const { outputText, sourceMapText } = ts.transpileModule(prepared, {
    fileName: 'program.js',
    compilerOptions: {
      target: ts.ScriptTarget.ES5,
      ignoreDeprecations: '6.0',
      module: ts.ModuleKind.None,
      moduleDetection: ts.ModuleDetectionKind.Legacy,
      alwaysStrict: false,
      noEmitHelpers: true,
      // for-of over anything but arrays costs an iterator for all of them; only generators are anything else here.
      downlevelIteration:
        /\bfunction\s*\*|\*\s*[\w$]+\s*\(|\*\s*\[/.test(prepared) && hasGenerators(prepared),
      allowJs: true,
      sourceMap: true,
      newLine: ts.NewLineKind.LineFeed,
    },
  });
  const compiled = outputText
    .replace(/\n?\/\/# sourceMappingURL=.*\s*$/, '\n')
    .replace(/^"use strict";\n/, (line) => ' '.repeat(line.length - 1) + '\n');
  const finished = finish(compiled);
  return {
    code: finished.toString(),
    map: [sourceMapText!, mapOf(finished)].reduce<AnyMap>(chain, mapOf(before)) as StepMap,
  };
}

/** `step` with its functions at the top of their scopes. */
export function hoist({ code, map }: Step): Step {
  const moved = hoistFunctions(code);
  return { code: moved.toString(), map: chain(map, mapOf(moved)) };
}

function mapOf(text: MagicString): AnyMap {
  return text.generateDecodedMap({ hires: 'boundary', source: 'program.js' }) as unknown as AnyMap;
}

const ERRORS = ['Error', 'EvalError', 'RangeError', 'ReferenceError', 'SyntaxError', 'TypeError', 'URIError'];

function prepare(code: string): MagicString {
  const text = new MagicString(code);
  const owners = new Set<Node>();
  walk(parseScript(code), (node, around) => {
    const owner = argumentsOwner(node, around);
    if (owner) {
      owners.add(owner);
      text.overwrite(node.start, node.end, '_arguments');
    } else if (node.type === 'ClassDeclaration' || node.type === 'ClassExpression') {
      const base = node.superClass as Node | null;
      if (base?.type === 'Identifier' && ERRORS.includes(base.name)) {
        text.overwrite(base.start, base.end, `__errorBase(${base.name}, "${base.name}")`);
      }
    } else if (node.directive === 'use strict') {
      // Espruino knows no strict mode; a simulated core must not have one either.
      text.remove(node.start, node.end);
    } else if (node.type === 'Literal' && typeof node.value === 'string' && !isAscii(node.value)) {
      text.overwrite(node.start, node.end, byteLiteral(node.value));
    } else if (node.type === 'TemplateElement' && !isAscii(node.value.raw + (node.value.cooked ?? ''))) {
      text.overwrite(node.start, node.end, bytesOf(node.value.cooked ?? node.value.raw, '`'));
    }
    return true;
  });
  for (const { body } of owners) text.appendLeft(body.start + 1, ' var _arguments = arguments;');
  return text;
}

/** The function whose arguments an arrow function means; ES5 has no such functions, and TypeScript forgets to look. */
function argumentsOwner(node: Node, around: readonly Node[]): Node | undefined {
  if (node.type !== 'Identifier' || node.name !== 'arguments' || !isReference(node, around[0]))
    return undefined;
  const functions = around.filter(isFunction);
  if (functions[0]?.type !== 'ArrowFunctionExpression') return undefined;
  return functions.find(({ type }) => type !== 'ArrowFunctionExpression');
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

function hasGenerators(code: string): boolean {
  let found = false;
  walk(parseScript(code), (node) => {
    if (node.generator) found = true;
    return !found;
  });
  return found;
}

/**
 * Adds the helpers, takes away what Espruino does not look at (whether an accessor is enumerable or configurable; both stay false
 * where an engine does), and gives the prototype of a class a name of its own: it stands in front of each method.
 */
function finish(code: string): MagicString {
  const program = parseScript(code);
  const text = withHelpers(code, program);
  for (const { index, 0: found } of code.matchAll(
    /,\s*enumerable: false,\s*configurable: true(?=\s*\}\);)/g,
  )) {
    text.remove(index, index + found.length);
  }
  walk(program, (node) => {
    if (node.type === 'FunctionExpression') namePrototype(text, node.body.body);
    return true;
  });
  return text;
}

/** `body` is that of a function which makes a class: the constructor is declared, and what assigns to its prototype follows. */
function namePrototype(text: MagicString, body: readonly Node[]): void {
  const made = body.at(-1);
  const maker = body.find(({ type }) => type === 'FunctionDeclaration');
  if (made?.type !== 'ReturnStatement' || made.argument?.type !== 'Identifier') return;
  const { name } = made.argument;
  if (!maker || maker.id.name !== name) return;
  const uses = body.map(prototypeUse).filter((use) => use?.object.name === name) as Node[];
  if (uses.length < 2) return;
  text.appendLeft(maker.end, `\nvar ${name}_prototype = ${name}.prototype;`);
  for (const { start, end } of uses) text.overwrite(start, end, `${name}_prototype`);
}

/** `A.prototype` in `A.prototype.method = ...` and `Object.defineProperty(A.prototype, ...)`. */
function prototypeUse({ expression }: Node): Node | undefined {
  const target =
    expression?.type === 'AssignmentExpression' ? expression.left.object : expression?.arguments?.[0];
  return target?.type === 'MemberExpression' && target.property.name === 'prototype' ? target : undefined;
}

/** Puts the helpers where the whole program sees them: at the beginning of the function that it is wrapped in. */
function withHelpers(code: string, program: Node): MagicString {
  const text = new MagicString(code);
  const used = new Set<string>();
  walk(program, (node, [parent]) => {
    if (node.type === 'Identifier' && Object.hasOwn(helpers, node.name) && isReference(node, parent))
      used.add(node.name);
    return true;
  });
  if (used.size > 0) text.appendLeft(wrapperStart(program), `\n${helperText(used)}\n`);
  return text;
}

/** Behind the brace of `(function () {`, or the beginning of a program without such a wrapper. */
function wrapperStart(program: Node): number {
  const [first] = program.body as readonly Node[];
  let node: Node | undefined = first?.type === 'ExpressionStatement' ? first.expression : undefined;
  while (node?.type === 'UnaryExpression') node = node.argument;
  const callee = node?.type === 'CallExpression' && program.body.length === 1 ? node.callee : undefined;
  return callee?.type === 'FunctionExpression' ? callee.body.start + 1 : program.start;
}
