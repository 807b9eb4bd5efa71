/** The tree of a program as acorn gives it, and the one walk over it that lowering and gate need. */
import { parse as acorn } from 'acorn';

/** A node; its own fields depend on `type` (ESTree). */
export interface Node {
  readonly type: string;
  /** From the first character to behind the last one. */
  readonly start: number;
  readonly end: number;
  readonly [field: string]: any;
}

export function parseScript(code: string): Node {
  return acorn(code, { ecmaVersion: 'latest', sourceType: 'script', allowHashBang: true }) as unknown as Node;
}

/** A module, its nodes with `loc`. */
export function parseModule(code: string): Node {
  return acorn(code, {
    ...{ ecmaVersion: 'latest', sourceType: 'module', allowHashBang: true, locations: true },
  }) as unknown as Node;
}

/** Calls `visit` with each node and those around it, innermost first; what lies in a node is left out after false. */
export function walk(
  node: Node,
  visit: (node: Node, around: readonly Node[]) => boolean | undefined,
  around: readonly Node[] = [],
): void {
  if (visit(node, around) === false) return;
  const inner = [node, ...around];
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) {
      if (typeof child?.type === 'string' && typeof child.start === 'number') walk(child, visit, inner);
    }
  }
}

export const isFunction = ({ type }: Node): boolean =>
  type === 'FunctionDeclaration' || type === 'FunctionExpression' || type === 'ArrowFunctionExpression';

/** Is this identifier a name that stands for a value, and not a key, a property or a label? */
export function isReference(node: Node, parent: Node | undefined): boolean {
  if (!parent) return false;
  switch (parent.type) {
    case 'MemberExpression':
      return parent.object === node || parent.computed;
    case 'Property':
    case 'MethodDefinition':
    case 'PropertyDefinition':
      return parent.value === node || parent.computed;
    case 'LabeledStatement':
    case 'BreakStatement':
    case 'ContinueStatement':
      return false;
    default:
      return true;
  }
}

/** Every name that the program declares somewhere, whatever its scope. */
export function declaredNames(program: Node): Set<string> {
  const names = new Set<string>();
  walk(program, (node) => {
    addDeclared(node, names);
    if (isFunction(node)) for (const parameter of node.params) addNames(parameter, names);
    if (node.type === 'CatchClause') addNames(node.param, names);
    return true;
  });
  return names;
}

/** The names that a function, block, catch clause, loop or program declares for what stands in it; `var` of inner blocks included. */
export function scopeNames(scope: Node): Set<string> {
  const names = new Set<string>();
  if (isFunction(scope)) {
    if (scope.type === 'FunctionExpression') addNames(scope.id, names);
    for (const parameter of scope.params) addNames(parameter, names);
    for (const name of bodyNames(scope)) names.add(name);
  } else if (scope.type === 'CatchClause') addNames(scope.param, names);
  else if (scope.type === 'ClassExpression') addNames(scope.id, names);
  else if (/^For(In|Of)?Statement$/.test(scope.type)) {
    const head = (scope.init ?? scope.left) as Node | null;
    if (head) addDeclared(head, names);
    for (const one of head?.declarations ?? []) addNames(one.id, names);
  } else if (scope.type === 'Program' || scope.type === 'BlockStatement' || scope.type === 'StaticBlock') {
    for (const name of statementNames(scope.body)) names.add(name);
    if (scope.type === 'Program') for (const name of varNames(scope)) names.add(name);
  } else if (scope.type === 'SwitchStatement') {
    for (const { consequent } of scope.cases) for (const name of statementNames(consequent)) names.add(name);
  }
  return names;
}

/** The names that the body of a function declares, parameters aside. */
export function bodyNames({ body }: Node): Set<string> {
  return body.type === 'BlockStatement'
    ? new Set([...statementNames(body.body), ...varNames(body)])
    : new Set();
}

function statementNames(statements: readonly Node[]): Set<string> {
  const names = new Set<string>();
  for (const statement of statements) {
    const node = (statement.declaration ?? statement) as Node;
    addDeclared(node, names);
    for (const { local } of node.type === 'ImportDeclaration' ? node.specifiers : []) names.add(local.name);
    for (const one of node.declarations ?? []) addNames(one.id, names);
  }
  return names;
}

function varNames(scope: Node): Set<string> {
  const names = new Set<string>();
  walk(scope, (node) => {
    if (node.type === 'VariableDeclaration' && node.kind === 'var')
      for (const { id } of node.declarations) addNames(id, names);
    return node === scope || !isFunction(node);
  });
  return names;
}

/** The name that a declaration gives: a variable's, a function's or a class's. */
function addDeclared(node: Node, names: Set<string>): void {
  if (
    node.type === 'VariableDeclarator' ||
    isFunction(node) ||
    /^Class(Declaration|Expression)$/.test(node.type)
  )
    addNames(node.id, names);
}

function addNames(pattern: Node | null | undefined, names: Set<string>): void {
  if (!pattern) return;
  if (pattern.type === 'Identifier') names.add(pattern.name);
  else if (pattern.type === 'ObjectPattern')
    for (const property of pattern.properties) addNames(property.value ?? property.argument, names);
  else if (pattern.type === 'ArrayPattern') for (const element of pattern.elements) addNames(element, names);
  else if (pattern.type === 'AssignmentPattern') addNames(pattern.left, names);
  else if (pattern.type === 'RestElement') addNames(pattern.argument, names);
}

/** Behind the brace of `(function () {`, or the beginning of a program without such a wrapper. */
export function wrapperStart(program: Node): number {
  const [first] = program.body as readonly Node[];
  let node: Node | undefined = first?.type === 'ExpressionStatement' ? first.expression : undefined;
  while (node?.type === 'UnaryExpression') node = node.argument;
  const callee = node?.type === 'CallExpression' && program.body.length === 1 ? node.callee : undefined;
  return callee?.type === 'FunctionExpression' ? callee.body.start + 1 : program.start;
}
