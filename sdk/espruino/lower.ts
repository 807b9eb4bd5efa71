/**
 * Lowering: a program of today's JavaScript becomes one that Espruino parses and runs as it was meant. All of it is behind
 * `lower`, so that another compiler can take the place of TypeScript, whose version 6 is the last to write ES5.
 *
 * 1. What TypeScript's ES5 leaves wrong (prepare.ts).
 * 2. TypeScript to ES5, without its helpers.
 * 3. Our own helpers (helpers.ts), those that the program uses.
 */
import MagicString from 'magic-string';
import ts from 'typescript';
import { helpers, helperText } from './helpers.js';
import { hoistFunctions } from './hoist.js';
import { freeName, prepare } from './prepare.js';
import { type AnyMap, chain, type StepMap } from './source-map.js';
import { isReference, type Node, parseScript, walk, wrapperStart } from './syntax-tree.js';

/** Code and the map from it to what it was made of. */
export interface Step {
  readonly code: string;
  readonly map: StepMap;
}

/** Lowers a script. Functions are not moved yet: `hoist` is for last, after everything that prints code anew. */
export function lower(code: string): Step {
  const { text: before, iterators } = prepare(code);
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
      downlevelIteration: iterators,
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

/**
 * Adds the helpers; takes away what Espruino does not look at (whether an accessor of a class is enumerable or configurable); lets
 * accessors with computed keys of an object literal be enumerable, which TypeScript forgets; and gives the prototype of a class a
 * name of its own: it stands in front of each method.
 */
function finish(code: string): MagicString {
  const program = parseScript(code);
  const text = withHelpers(code, program);
  walk(program, (node, [parent]) => {
    if (node.type === 'FunctionExpression') finishClass(text, node.body.body);
    else if (parent?.type === 'SequenceExpression') {
      const { enumerable } = accessorFlags(node);
      if (enumerable) text.overwrite(enumerable.value.start, enumerable.value.end, 'true');
    }
    return true;
  });
  return text;
}

/** `body` is that of a function which makes a class: the constructor is declared, and what assigns to its prototype follows. */
function finishClass(text: MagicString, body: readonly Node[]): void {
  const made = body.at(-1);
  const maker = body.find(({ type }) => type === 'FunctionDeclaration');
  if (made?.type !== 'ReturnStatement' || made.argument?.type !== 'Identifier') return;
  const { name } = made.argument;
  if (!maker || maker.id.name !== name) return;
  for (const { expression } of body) {
    const { enumerable, configurable, before } = accessorFlags(expression);
    if (enumerable && configurable) text.remove(before!.end, configurable.end);
  }
  const uses = body.map(prototypeUse).filter((use) => use?.object.name === name) as Node[];
  if (uses.length < 2) return;
  const prototype = freeName(`${name}_prototype`, text.original);
  text.appendLeft(maker.end, `\nvar ${prototype} = ${name}.prototype;`);
  for (const { start, end } of uses) text.overwrite(start, end, prototype);
}

/** The last two properties that TypeScript gives accessors, and the one in front of them. */
function accessorFlags(call: Node | undefined): {
  [name in 'enumerable' | 'configurable' | 'before']?: Node;
} {
  const [, , described] = call?.type === 'CallExpression' ? (call.arguments as Node[]) : [];
  if (call?.callee?.property?.name !== 'defineProperty' || described?.type !== 'ObjectExpression') return {};
  const [before, enumerable, configurable] = (described.properties as Node[]).slice(-3);
  const isAccessor = /^[gs]et$/.test(before?.key?.name) && enumerable?.key?.name === 'enumerable';
  return isAccessor && configurable?.key?.name === 'configurable' ? { before, enumerable, configurable } : {};
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
