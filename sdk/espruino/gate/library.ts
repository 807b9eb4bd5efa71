/** Names of the language's library that Espruino lacks, found by their types: a method of one's own with the same name is fine. */
import ts from 'typescript';
import {
  ESPRUINO_ADDED,
  ESPRUINO_GLOBALS,
  ESPRUINO_MEMBERS,
  ESPRUINO_STATICS,
} from '../../../runtime/abi/espruino.js';

/** The library's name for what `node` mentions, where Espruino lacks it: `Map`, `Array.from`, `Array.prototype.flat`. */
export function missingName(node: ts.Node, program: ts.Program, checker: ts.TypeChecker): string | undefined {
  if (!ts.isIdentifier(node) && !ts.isStringLiteralLike(node)) return undefined;
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent) && parent.name === node) {
    const isGlobal = ts.isIdentifier(parent.expression) && parent.expression.text === 'globalThis';
    return isGlobal
      ? missingGlobal(node as ts.Identifier, program, checker)
      : missingMember(node, program, checker);
  }
  if (ts.isElementAccessExpression(parent) && parent.argumentExpression === node)
    return missingMember(node, program, checker, checker.getTypeAtLocation(parent.expression));
  if (
    ts.isBindingElement(parent) &&
    (parent.propertyName ?? parent.name) === node &&
    ts.isObjectBindingPattern(parent.parent)
  ) {
    return missingMember(node, program, checker, checker.getTypeAtLocation(parent.parent));
  }
  return ts.isIdentifier(node) && isValue(node) ? missingGlobal(node, program, checker) : undefined;
}

/** A name in an expression; not one that is declared, a key, or part of a type. */
function isValue(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isTypeOfExpression(parent)) return false;
  if (ts.isShorthandPropertyAssignment(parent)) return true;
  if (ts.isPropertyAssignment(parent)) return parent.initializer === node;
  return ts.isExpression(node) && (parent as { name?: ts.Node }).name !== node;
}

function missingGlobal(
  node: ts.Identifier,
  program: ts.Program,
  checker: ts.TypeChecker,
): string | undefined {
  const symbol = ts.isShorthandPropertyAssignment(node.parent)
    ? checker.getShorthandAssignmentValueSymbol(node.parent)
    : checker.getSymbolAtLocation(node);
  if (!symbol?.declarations?.length || !symbol.declarations.every((one) => inLibrary(one, program)))
    return undefined;
  const { text } = node;
  if (text === 'eval') return text;
  if (text === 'Function' && (ts.isNewExpression(node.parent) || ts.isCallExpression(node.parent)))
    return text;
  return ESPRUINO_GLOBALS.includes(text) || ESPRUINO_ADDED.includes(text) ? undefined : text;
}

function missingMember(
  node: ts.Identifier | ts.StringLiteralLike,
  program: ts.Program,
  checker: ts.TypeChecker,
  type?: ts.Type,
): string | undefined {
  const symbol = type ? checker.getPropertyOfType(type, node.text) : checker.getSymbolAtLocation(node);
  const declarations = symbol?.declarations ?? [];
  if (declarations.length === 0 || !declarations.every((one) => inLibrary(one, program))) return undefined;
  for (const { parent } of declarations) {
    if (!ts.isInterfaceDeclaration(parent)) continue;
    const { owner, isStatic } = ownerOf(parent.name.text);
    const table = isStatic ? ESPRUINO_STATICS[owner] : ESPRUINO_MEMBERS[owner];
    const known = isStatic ? owner in ESPRUINO_STATICS || owner in ESPRUINO_MEMBERS : table !== undefined;
    if (!known) continue;
    const there = [
      ...(table ?? []),
      ...(isStatic ? ['prototype', 'length', 'name'] : ESPRUINO_MEMBERS.Object),
    ];
    if (!there.includes(node.text))
      return isStatic ? `${owner}.${node.text}` : `${owner}.prototype.${node.text}`;
  }
  return undefined;
}

/** The constructor or object behind an interface of TypeScript's library. */
function ownerOf(name: string): { owner: string; isStatic: boolean } {
  if (name === 'Math' || name === 'JSON') return { owner: name, isStatic: true };
  if (name.endsWith('Constructor')) return { owner: name.slice(0, -'Constructor'.length), isStatic: true };
  if (name === 'CallableFunction' || name === 'NewableFunction')
    return { owner: 'Function', isStatic: false };
  return { owner: name.replace(/^Readonly(?=Array$)/, ''), isStatic: false };
}

function inLibrary(node: ts.Node, program: ts.Program): boolean {
  return program.isSourceFileDefaultLibrary(node.getSourceFile());
}
