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
  const pattern = (node: Node | null): void => {
    if (!node) return;
    if (node.type === 'Identifier') names.add(node.name);
    else if (node.type === 'ObjectPattern')
      for (const property of node.properties) pattern(property.value ?? property.argument);
    else if (node.type === 'ArrayPattern') for (const element of node.elements) pattern(element);
    else if (node.type === 'AssignmentPattern') pattern(node.left);
    else if (node.type === 'RestElement') pattern(node.argument);
  };
  walk(program, (node) => {
    if (node.type === 'VariableDeclarator') pattern(node.id);
    else if (isFunction(node)) {
      pattern(node.id ?? null);
      for (const parameter of node.params) pattern(parameter);
    } else if (node.type === 'ClassDeclaration' || node.type === 'ClassExpression') pattern(node.id);
    else if (node.type === 'CatchClause') pattern(node.param);
    return true;
  });
  return names;
}
