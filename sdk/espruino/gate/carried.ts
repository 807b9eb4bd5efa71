/**
 * What parses everywhere and means something else once it is ES5: found without types, so that packages are looked at as well as
 * an author's own modules.
 */
import {
  bodyNames,
  isFunction,
  isReference,
  type Node,
  parseModule,
  scopeNames,
  walk,
} from '../syntax-tree.js';

/** A problem and where it stands in the module: line from 1, column from 0. */
export interface Carried {
  readonly what: string;
  readonly instead: string;
  readonly line: number;
  readonly column: number;
}

type Problem = Pick<Carried, 'what' | 'instead'>;

/** The problems of the module `code`, JavaScript of today. */
export function carriedProblems(code: string): Carried[] {
  const found: Carried[] = [];
  walk(parseModule(code), (node, around) => {
    const add = (problem: Problem | undefined, at: Node = node): void => {
      if (problem) found.push({ ...problem, ...at.loc.start });
    };
    if (node.type === 'Super') add(superProblem(around));
    else if (node.type === 'ClassDeclaration' || node.type === 'ClassExpression') {
      if (node.superClass) add(baseProblem(node.superClass, [node, ...around]), node.superClass);
      for (const [problem, at] of fieldProblems(node)) add(problem, at);
    } else if (isFunction(node)) {
      for (const [problem, at] of defaultProblems(node)) add(problem, at);
    } else if (node.type === 'ForStatement') {
      for (const [problem, at] of loopProblems(node)) add(problem, at);
    } else if (node.type === 'Identifier' && node.name === 'arguments' && isReference(node, around[0]))
      add(argumentsProblem(around) ?? countProblem(around));
    return true;
  });
  return found;
}

/** `super.method(...)` and `super.method.call(...)` carry over; ES5 has no other way to a base class than its prototype. */
function superProblem(around: readonly Node[]): Problem | undefined {
  const [member, use, next] = around;
  if (member.type !== 'MemberExpression') return undefined;
  const owner = around.findIndex((node) => isFunction(node) && node.type !== 'ArrowFunctionExpression');
  if (around[owner + 1]?.type === 'Property')
    return {
      what: 'super in an object literal is lost, once it is lowered',
      instead: 'name the object that has the method, or write a class',
    };
  const called = use.type === 'CallExpression' && use.callee === member;
  const handed =
    use.type === 'MemberExpression' &&
    /^(call|apply|bind)$/.test(use.property.name) &&
    next.type === 'CallExpression';
  return called || handed
    ? undefined
    : {
        what: 'super reaches methods only, once it is lowered: fields and accessors would not see this object',
        instead: 'give the base class a method, and call it',
      };
}

/** Constructors that make an object of their own kind and leave `this` alone. */
const BUILT_IN =
  /^(Array|ArrayBuffer|Boolean|DataView|Date|Function|Number|Object|Promise|RegExp|String|(Big)?(Ui|I)nt\d+(Clamped)?Array|Float\d+Array)$/;

function baseProblem(base: Node, around: readonly Node[]): Problem | undefined {
  const instead = 'keep the object in a field, and give the class the methods that are needed';
  if (base.type === 'Literal')
    return { what: 'a class cannot extend null, once it is lowered', instead: 'leave extends out' };
  return base.type === 'Identifier' &&
    BUILT_IN.test(base.name) &&
    !around.some((scope) => scopeNames(scope).has(base.name))
    ? { what: `${base.name} makes objects of its own: a subclass would lose its methods`, instead }
    : undefined;
}

/** Fields are set in the constructor, whose names then hide those outside of the class. */
function fieldProblems({ body }: Node): [Problem, Node][] {
  const members = body.body as readonly Node[];
  const maker = members.find(({ kind }) => kind === 'constructor')?.value;
  if (!maker) return [];
  const hidden = scopeNames(maker);
  const fields = members.filter(
    ({ type, value, static: own }) => type === 'PropertyDefinition' && value && !own,
  );
  return fields.flatMap(({ value }) =>
    mentions(value, hidden).map((one): [Problem, Node] => [
      {
        what: `fields are set in the constructor, once they are lowered, where ${one.name} means another variable`,
        instead: 'rename one of them',
      },
      one,
    ]),
  );
}

/** Defaults are computed in the body, whose variables then hide those outside of the function. */
function defaultProblems(node: Node): [Problem, Node][] {
  const hidden = bodyNames(node);
  if (hidden.size === 0) return [];
  const params = node.params as readonly Node[];
  const computed = params.filter(({ type }) => type !== 'Identifier');
  return computed.flatMap((param) =>
    mentions(param, hidden, true).map((one): [Problem, Node] => [
      {
        what: `defaults are computed in the body, once they are lowered, where ${one.name} means another variable`,
        instead: 'rename one of them',
      },
      one,
    ]),
  );
}

/** What `for` declares is made anew for each turn; functions in its first part would see the first turn's for ever. */
function loopProblems({ init }: Node): [Problem, Node][] {
  if (init?.type !== 'VariableDeclaration' || init.kind === 'var') return [];
  const names = scopeNames({ type: 'ForStatement', start: 0, end: 0, init });
  const found: [Problem, Node][] = [];
  walk(init, (node) => {
    if (!isFunction(node)) return true;
    for (const one of mentions(node, names)) {
      found.push([
        {
          what: `a function in the head of a loop shares ${one.name} with all its turns, once it is lowered`,
          instead: 'declare it in front of the loop or in its body',
        },
        one,
      ]);
    }
    return false;
  });
  return found;
}

/** Identifiers in `node` that stand for one of `names` of the scope around it. */
function mentions(node: Node, names: ReadonlySet<string>, isPattern = false): Node[] {
  const found: Node[] = [];
  walk(node, (inner, around) => {
    if (inner.type !== 'Identifier' || !names.has(inner.name)) return true;
    const [parent] = around;
    if (around.some((scope) => scopeNames(scope).has(inner.name))) return true;
    if (isPattern ? isComputed(inner, around) : !parent || isReference(inner, parent)) found.push(inner);
    return true;
  });
  return found;
}

/** In a pattern: is this in a default or a computed key, and not a name that the pattern gives? */
function isComputed(node: Node, around: readonly Node[]): boolean {
  if (!isReference(node, around[0])) return false;
  const path = [node, ...around];
  return path.some((one, i) => {
    const parent = path[i + 1];
    return (
      (parent?.type === 'AssignmentPattern' && parent.right === one) ||
      (parent?.type === 'Property' && parent.computed && parent.key === one)
    );
  });
}

/** `arguments` on Espruino is an array of what the parameters hold when it is asked for. */
function argumentsProblem(around: readonly Node[]): Problem | undefined {
  const owner = around.find((node) => isFunction(node) && node.type !== 'ArrowFunctionExpression');
  if (!owner) return undefined;
  const instead = 'declare a rest parameter';
  if (owner.generator) return { what: 'arguments of a generator are lost, once it is lowered', instead };
  const params = owner.params as readonly Node[];
  const isPlain = params.every(({ type }) => type === 'Identifier' || type === 'RestElement');
  const names = new Set(params.map(({ name }) => name as string));
  if (isPlain && !assigns(owner, names)) return undefined;
  return { what: 'arguments of Espruino follow what is assigned to parameters, defaults too', instead };
}

/** `arguments.length` is never below the number of declared parameters there; comparisons above that number hold. */
function countProblem(around: readonly Node[]): Problem | undefined {
  const [member, compared] = around;
  if (member.type !== 'MemberExpression' || member.property.name !== 'length') return undefined;
  const owner = around.find((node) => isFunction(node) && node.type !== 'ArrowFunctionExpression');
  const declared = (owner?.params as readonly Node[] | undefined)?.filter(
    ({ type }) => type !== 'RestElement',
  );
  if (!declared?.length) return undefined;
  const { operator, left, right } = compared as { operator?: string; left?: Node; right?: Node };
  const least = {
    '>': declared.length,
    '<=': declared.length,
    '>=': declared.length + 1,
    '<': declared.length + 1,
  };
  if (left === member && right?.value >= least[operator as keyof typeof least]) return undefined;
  return {
    what: 'arguments.length of Espruino counts declared parameters that were not given',
    instead: 'compare the parameter with undefined, or declare a rest parameter',
  };
}

/** Does something in `owner` assign to one of `names`, or to an element of `arguments`? */
function assigns(owner: Node, names: ReadonlySet<string>): boolean {
  let found = false;
  walk(owner.body, (node) => {
    const target = node.type === 'AssignmentExpression' ? (node.left as Node) : updated(node);
    if (target?.type === 'MemberExpression') found ||= target.object.name === 'arguments';
    else if (target) {
      walk(target, (inner, [parent]) => {
        found ||=
          inner.type === 'Identifier' && names.has(inner.name) && (!parent || isReference(inner, parent));
        return inner.type !== 'MemberExpression';
      });
    }
    return !found;
  });
  return found;
}

/** What `x++`, `delete x.y` and the head of a loop change. */
function updated(node: Node): Node | undefined {
  if (node.type === 'UpdateExpression' || (node.type === 'UnaryExpression' && node.operator === 'delete'))
    return node.argument;
  const isLoop = node.type === 'ForOfStatement' || node.type === 'ForInStatement';
  return isLoop && node.left.type !== 'VariableDeclaration' ? node.left : undefined;
}
