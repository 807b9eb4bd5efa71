/**
 * The last look at a program, as Espruino will parse it: nothing but syntax that was measured to work, and none of the names that are
 * known to be missing. What packages bring is found here; an author's own modules were looked at with their types before.
 */
import { originalPositionFor, TraceMap } from '@jridgewell/trace-mapping';
import { ESPRUINO_ADDED, ESPRUINO_GLOBALS, ESPRUINO_STATICS } from '../../../runtime/abi/espruino.js';
import type { AnyMap } from '../source-map.js';
import { declaredNames, isReference, type Node, parseScript, walk } from '../syntax-tree.js';
import { insteadOf } from './advice.js';
import type { Finding } from './finding.js';

/** Node types of ES5, without labels and `with`. */
const SYNTAX = new Set(
  (
    'Program ExpressionStatement BlockStatement EmptyStatement DebuggerStatement ReturnStatement BreakStatement ContinueStatement ' +
    'IfStatement SwitchStatement SwitchCase ThrowStatement TryStatement CatchClause WhileStatement DoWhileStatement ForStatement ' +
    'ForInStatement FunctionDeclaration VariableDeclaration VariableDeclarator ThisExpression ArrayExpression ObjectExpression ' +
    'Property FunctionExpression UnaryExpression UpdateExpression BinaryExpression AssignmentExpression LogicalExpression ' +
    'MemberExpression ConditionalExpression CallExpression NewExpression SequenceExpression Identifier Literal'
  ).split(' '),
);

/** Names that no library of ES2023 is without, and Espruino is. */
const MISSING = (
  'AggregateError Atomics BigInt BigInt64Array BigUint64Array EvalError FinalizationRegistry Intl Iterator Map Proxy Reflect Set ' +
  'SharedArrayBuffer Symbol TextDecoder TextEncoder URIError WeakMap WeakRef WeakSet decodeURI encodeURI escape queueMicrotask ' +
  'structuredClone unescape'
).split(' ');

/** Methods that nobody has but the library. */
const METHODS: { readonly [name: string]: string } = {
  codePointAt: 'String',
  copyWithin: 'Array',
  findLast: 'Array',
  findLastIndex: 'Array',
  flatMap: 'Array',
  localeCompare: 'String',
  matchAll: 'String',
  reduceRight: 'Array',
  toReversed: 'Array',
  toSorted: 'Array',
  toSpliced: 'Array',
  trimEnd: 'String',
  trimStart: 'String',
};

/** Helpers that TypeScript would call and lowering does not have, and what they are for. */
const UNHELPED: readonly (readonly [RegExp, string])[] = [
  [/^__async(Generator|Delegator|Values)$|^__await$/, 'asynchronous iteration'],
  [/^__classPrivateField/, 'private names'],
  [/^__(addDisposableResource|disposeResources)$/, 'using'],
  [/^__(decorate|esDecorate|param|metadata|runInitializers|propKey)$/, 'decorators'],
];

/** What is wrong with `code`; `map` leads to the sources. */
export function loweredFindings(code: string, map: AnyMap): Finding[] {
  const trace = new TraceMap(map);
  const program = parseScript(code);
  const declared = declaredNames(program);
  const lines = lineStarts(code);
  const findings: Finding[] = [];
  const add = (node: Node, finding: Omit<Finding, 'where'>): void => {
    findings.push({ ...finding, where: placeOf(node.start, lines, trace) });
  };
  const defined = new Set<string>();
  walk(program, (node) => {
    if (node.type === 'AssignmentExpression' && node.left.type === 'MemberExpression' && !node.left.computed)
      defined.add(node.left.property.name);
    if (node.type === 'Property') defined.add(node.key.name);
    return true;
  });
  walk(program, (node, [parent]) => {
    const syntax = syntaxOf(node, parent, declared);
    if (syntax) {
      const instead = 'write it in the manner of ES5';
      add(node, { kind: 'syntax', what: `Espruino does not parse ${syntax}`, instead });
      return false;
    }
    const name = missingIn(node, parent, declared, defined);
    if (name !== undefined)
      add(node, { kind: 'library', what: `Espruino has no ${name}`, instead: insteadOf(name) });
    return true;
  });
  return findings;
}

/** What a node is called that Espruino does not parse. */
function syntaxOf(node: Node, parent: Node | undefined, declared: ReadonlySet<string>): string | undefined {
  if (node.type === 'Identifier' && isReference(node, parent) && !declared.has(node.name))
    return UNHELPED.find(([name]) => name.test(node.name))?.[1];
  // Only those behind it in the same case would see it.
  if (node.type === 'FunctionDeclaration' && parent?.type === 'SwitchCase')
    return 'functions declared in a case';
  if (node.generator || node.async || !SYNTAX.has(node.type))
    return node.async ? 'async' : node.generator ? 'generators' : node.type;
  if (node.type === 'VariableDeclaration' && node.kind !== 'var') return node.kind;
  if (node.type === 'Property' && (node.computed || node.shorthand || node.method))
    return 'such keys in object literals';
  if (node.type === 'MemberExpression' && node.optional) return 'optional chains';
  if (
    ['BinaryExpression', 'LogicalExpression', 'AssignmentExpression'].includes(node.type) &&
    /\*\*|\?\?/.test(node.operator)
  )
    return node.operator;
  if (node.type === 'Literal' && node.bigint) return 'BigInt';
  if (node.type === 'Literal' && node.regex && /\(\?[=!<]|\\[pP]\{|\\u\{/.test(node.regex.pattern))
    return `the regular expression ${node.raw}`;
  if (node.type === 'CatchClause' && node.param && node.param.type !== 'Identifier') return 'patterns';
  return undefined;
}

function missingIn(
  node: Node,
  parent: Node | undefined,
  declared: ReadonlySet<string>,
  defined: ReadonlySet<string>,
): string | undefined {
  if (node.type === 'Identifier' && isReference(node, parent) && !declared.has(node.name)) {
    const guarded = parent?.type === 'UnaryExpression' && parent.operator === 'typeof';
    const there = ESPRUINO_GLOBALS.includes(node.name) || ESPRUINO_ADDED.includes(node.name);
    return MISSING.includes(node.name) && !there && !guarded ? node.name : undefined;
  }
  if (node.type !== 'MemberExpression' || node.computed) return undefined;
  const { object, property } = node as { object: Node; property: Node } & Node;
  if (object.type === 'Identifier' && !declared.has(object.name)) {
    const known = Object.hasOwn(ESPRUINO_STATICS, object.name) ? ESPRUINO_STATICS[object.name] : undefined;
    const assigned = parent?.type === 'AssignmentExpression' && parent.left === node;
    if (known && property.name !== 'prototype' && !known.includes(property.name) && !assigned)
      return `${object.name}.${property.name}`;
  }
  const owner = Object.hasOwn(METHODS, property.name) ? METHODS[property.name] : undefined;
  return owner && !defined.has(property.name) ? `${owner}.prototype.${property.name}` : undefined;
}

function lineStarts(code: string): number[] {
  const starts = [0];
  for (let at = code.indexOf('\n'); at >= 0; at = code.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

function placeOf(at: number, lines: readonly number[], trace: TraceMap): string {
  let line = lines.length - 1;
  while (lines[line] > at) line--;
  const column = at - lines[line];
  const found = originalPositionFor(trace, { line: line + 1, column });
  return found.source === null
    ? `firmware.js:${line + 1}:${column + 1}`
    : `${found.source}:${found.line}:${found.column + 1}`;
}
