/**
 * Who declares what in a script, and where each name leads: block scopes, hoisting, parameters, names that functions and classes
 * have for themselves (ECMA-262, sections 8.2 and 10.2.11).
 */
import type * as acorn from 'acorn';

export type Node = acorn.AnyNode;

export type BindingKind =
  | 'var'
  | 'let'
  | 'const'
  | 'function'
  | 'class'
  | 'parameter'
  | 'catch'
  /** What a function or class expression is called inside of itself; every class has one. */
  | 'own name'
  | 'other';

/** A name that is used; declarations are none, assignments are. */
export interface Reference {
  readonly name: string;
  readonly start: number;
  readonly end: number;
  /** The innermost one around it. */
  readonly scope: Scope;
  readonly writes: boolean;
  /** What runs only when somebody calls it and holds this reference; undefined in what runs by itself. */
  readonly dormant: Dormant | undefined;
  /** Undefined: a global, or nobody's. */
  binding: Binding | undefined;
}

export interface Binding {
  readonly name: string;
  readonly kind: BindingKind;
  readonly scope: Scope;
  /** Of a variable; its statement, and itself. */
  readonly declaration: acorn.VariableDeclaration | undefined;
  readonly declarator: acorn.VariableDeclarator | undefined;
  readonly references: Reference[];
  /** Functions that can be reached by this name only. */
  readonly dormants: Dormant[];
}

/** The inside of a function that has a name: until that name is mentioned, nothing of it runs. */
export interface Dormant {
  readonly references: Reference[];
}

export class Scope {
  readonly names = new Map<string, Binding>();
  /** The function, or the whole script, that this is a part of. */
  readonly owner: Scope;
  /** Of an owner: every binding in it and in its blocks, by name. */
  readonly within = new Map<string, Binding[]>();
  /** Of an owner: names that are used inside and declared outside. */
  readonly through = new Set<string>();

  constructor(
    readonly node: Node,
    readonly parent: Scope | undefined,
    readonly dormant: Dormant | undefined,
    /** A loop between this scope and its owner runs it again and again. */
    readonly inLoop: boolean,
    isOwner: boolean,
  ) {
    this.owner = isOwner || !parent ? this : parent.owner;
  }

  /** This scope and those around it, up to the one of the function. */
  *upToOwner(): Generator<Scope> {
    for (let scope: Scope = this; ; scope = scope.parent!) {
      yield scope;
      if (scope === this.owner) return;
    }
  }
}

export interface Scopes {
  readonly root: Scope;
  readonly bindings: readonly Binding[];
  /** In the order of the text. */
  readonly references: readonly Reference[];
  /** What nobody declares. */
  readonly free: readonly Reference[];
  /** `with`, or a direct call of `eval`: names may lead elsewhere when the program runs. */
  readonly dynamic: boolean;
}

/** Where code stands while it is walked. */
interface Place {
  readonly scope: Scope;
  readonly dormant: Dormant | undefined;
  readonly inLoop: boolean;
}

export function scopesOf(program: acorn.Program): Scopes {
  return new Walk(program).result();
}

/** Calls `visit` with each node, outer ones first. */
export function each(node: Node, visit: (node: Node) => void): void {
  visit(node);
  for (const child of childrenOf(node)) each(child, visit);
}

function* childrenOf(node: Node): Generator<Node> {
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) {
      if (typeof child?.type === 'string') yield child as Node;
    }
  }
}

class Walk {
  private readonly bindings: Binding[] = [];
  private readonly references: Reference[] = [];
  private readonly root: Scope;
  private dynamic = false;

  constructor(program: acorn.Program) {
    this.root = new Scope(program, undefined, undefined, false, true);
    const place = { scope: this.root, dormant: undefined, inLoop: false };
    for (const statement of program.body) this.visit(statement, place);
  }

  result(): Scopes {
    this.references.sort((a, b) => a.start - b.start);
    for (const reference of this.references) resolve(reference);
    return {
      root: this.root,
      bindings: this.bindings,
      references: this.references,
      free: this.references.filter(({ binding }) => !binding),
      dynamic: this.dynamic,
    };
  }

  private visit(node: Node, place: Place): void {
    switch (node.type) {
      case 'Identifier':
        this.refer(node, place, false);
        break;
      case 'FunctionDeclaration':
        this.functionDeclaration(node as acorn.FunctionDeclaration, place);
        break;
      case 'FunctionExpression':
        this.functionExpression(node, place);
        break;
      case 'ArrowFunctionExpression':
        this.functionBody(node, place);
        break;
      case 'ClassDeclaration':
        this.classDeclaration(node as acorn.ClassDeclaration, place);
        break;
      case 'ClassExpression':
        this.classBody(node, place, undefined);
        break;
      case 'VariableDeclaration':
        this.variables(node, place);
        break;
      case 'BlockStatement':
        this.children(node, this.inner(node, place));
        break;
      case 'ForStatement':
      case 'ForInStatement':
      case 'ForOfStatement':
        this.loop(node, place);
        break;
      case 'WhileStatement':
      case 'DoWhileStatement':
        this.children(node, { ...place, inLoop: true });
        break;
      case 'SwitchStatement': {
        this.visit(node.discriminant, place);
        const inner = this.inner(node, place);
        for (const one of node.cases) this.children(one, inner);
        break;
      }
      case 'CatchClause': {
        const inner = this.inner(node, place);
        if (node.param) this.pattern(node.param, inner, { kind: 'catch' });
        this.visit(node.body, inner);
        break;
      }
      case 'AssignmentExpression':
        this.pattern(node.left, place, undefined);
        this.visit(node.right, place);
        break;
      case 'UpdateExpression':
        this.pattern(node.argument, place, undefined);
        break;
      case 'MemberExpression':
        this.visit(node.object, place);
        if (node.computed) this.visit(node.property, place);
        break;
      case 'Property':
        if (node.computed) this.visit(node.key, place);
        this.visit(node.value, place);
        break;
      case 'LabeledStatement':
        this.visit(node.body, place);
        break;
      case 'BreakStatement':
      case 'ContinueStatement':
      case 'MetaProperty':
        break;
      case 'WithStatement':
        this.dynamic = true;
        this.children(node, place);
        break;
      case 'CallExpression':
        if (node.callee.type === 'Identifier' && node.callee.name === 'eval') this.dynamic = true;
        this.children(node, place);
        break;
      default:
        this.children(node, place);
    }
  }

  private children(node: Node, place: Place): void {
    for (const child of childrenOf(node)) this.visit(child, place);
  }

  /** A block's scope. */
  private inner(node: Node, place: Place): Place {
    return { ...place, scope: new Scope(node, place.scope, place.dormant, place.inLoop, false) };
  }

  private loop(node: acorn.ForStatement | acorn.ForInStatement | acorn.ForOfStatement, place: Place): void {
    // The head's own scope is entered once for each time that the loop begins.
    const head = this.inner(node, place);
    const again = { ...head, inLoop: true };
    if (node.type === 'ForStatement') {
      if (node.init) this.visit(node.init, head);
      if (node.test) this.visit(node.test, again);
      if (node.update) this.visit(node.update, again);
    } else {
      if (node.left.type === 'VariableDeclaration') this.visit(node.left, head);
      else this.pattern(node.left, again, undefined);
      this.visit(node.right, head);
    }
    this.visit(node.body, again);
  }

  private variables(node: acorn.VariableDeclaration, place: Place): void {
    const known = node.kind === 'var' || node.kind === 'let' || node.kind === 'const';
    for (const declarator of node.declarations) {
      const kind = known ? (node.kind as BindingKind) : 'other';
      const declared = this.pattern(declarator.id, place, { kind, declaration: node, declarator });
      if (!declarator.init) continue;
      // Values that run only when they are called, under the name that is declared here and no other.
      this.value(declarator.init, place, declarator.id.type === 'Identifier' ? declared[0] : undefined);
    }
  }

  /** What a variable begins with; functions in it, or in literals in it, can be reached by `binding` only. */
  private value(node: acorn.Expression, place: Place, binding: Binding | undefined): void {
    if (!binding) this.visit(node, place);
    else if (node.type === 'FunctionExpression') this.functionExpression(node, asleep(place, binding));
    else if (node.type === 'ArrowFunctionExpression') this.functionBody(node, asleep(place, binding));
    else if (node.type === 'ClassExpression') this.classBody(node, place, binding);
    else if (node.type === 'ObjectExpression') {
      for (const property of node.properties) {
        if (property.type === 'Property' && property.kind === 'init') {
          if (property.computed) this.visit(property.key, place);
          this.value(property.value, place, binding);
        } else this.visit(property, place);
      }
    } else this.visit(node, place);
  }

  /** Declares the names of a pattern, or refers to them where it assigns. */
  private pattern(node: Node, place: Place, declares: Declares | undefined): Binding[] {
    switch (node.type) {
      case 'Identifier':
        if (declares) return [this.declare(node.name, place.scope, declares)];
        this.refer(node, place, true);
        return [];
      case 'ObjectPattern':
        return node.properties.flatMap((property) => {
          if (property.type === 'RestElement') return this.pattern(property.argument, place, declares);
          if (property.computed) this.visit(property.key, place);
          return this.pattern(property.value, place, declares);
        });
      case 'ArrayPattern':
        return node.elements.flatMap((element) => (element ? this.pattern(element, place, declares) : []));
      case 'RestElement':
        return this.pattern(node.argument, place, declares);
      case 'AssignmentPattern': {
        const declared = this.pattern(node.left, place, declares);
        this.visit(node.right, place);
        return declared;
      }
      default:
        this.visit(node, place);
        return [];
    }
  }

  private functionDeclaration(node: acorn.FunctionDeclaration, place: Place): void {
    const binding = this.declare(node.id.name, place.scope, { kind: 'function' });
    this.functionBody(node, asleep(place, binding));
  }

  private functionExpression(node: acorn.FunctionExpression, place: Place): void {
    const named = node.id ? this.inner(node, place) : place;
    if (node.id) this.declare(node.id.name, named.scope, { kind: 'own name' });
    this.functionBody(node, named);
  }

  private functionBody(
    node: acorn.FunctionDeclaration | acorn.FunctionExpression | acorn.ArrowFunctionExpression,
    place: Place,
  ): void {
    const { dormant } = place;
    const scope = new Scope(node, place.scope, dormant, false, true);
    const inside = { scope, dormant, inLoop: false };
    for (const param of node.params) this.pattern(param, inside, { kind: 'parameter' });
    // One scope for parameters and body: only what is a parameter is found from between the parentheses.
    if (node.body.type === 'BlockStatement') this.children(node.body, inside);
    else this.visit(node.body, inside);
  }

  private classDeclaration(node: acorn.ClassDeclaration, place: Place): void {
    const binding = this.declare(node.id.name, place.scope, { kind: 'class' });
    this.classBody(node, place, binding);
  }

  /** Methods can be reached by `binding` only, where there is one; what is evaluated with the class belongs to both. */
  private classBody(node: acorn.Class, place: Place, binding: Binding | undefined): void {
    const inner = this.inner(node as Node, place);
    if (node.id) this.declare(node.id.name, inner.scope, { kind: 'own name' });
    // Code that runs with the class reaches its methods through `this`.
    const sleeping = binding && !node.body.body.some(runsWithClass) ? asleep(inner, binding) : inner;
    const first = this.references.length;
    if (node.superClass) this.visit(node.superClass, inner);
    const eager = this.references.slice(first);
    for (const element of node.body.body) {
      if (element.type === 'StaticBlock') {
        this.children(element, this.functionLike(element, inner));
        continue;
      }
      if (element.computed) this.visit(element.key, inner);
      if (!element.value) continue;
      const lives = element.type === 'MethodDefinition' || !element.static ? sleeping : inner;
      if (element.type === 'MethodDefinition') this.visit(element.value, lives);
      else this.visit(element.value, this.functionLike(element, lives));
    }
    // Whoever can call a method can call what the class inherits.
    if (sleeping !== inner) sleeping.dormant!.references.push(...eager);
  }

  /** Code that is no function and has a function's scope. */
  private functionLike(node: Node, { scope, dormant }: Place): Place {
    return { scope: new Scope(node, scope, dormant, false, true), dormant, inLoop: false };
  }

  private declare(name: string, scope: Scope, { kind, declaration, declarator }: Declares): Binding {
    const home = kind === 'var' ? scope.owner : scope;
    const known = home.names.get(name);
    // Of several declarations the first one stands for all; only var and function can have them.
    if (known) return known;
    const binding = { name, kind, scope: home, declaration, declarator, references: [], dormants: [] };
    home.names.set(name, binding);
    const same = home.owner.within.get(name);
    if (same) same.push(binding);
    else home.owner.within.set(name, [binding]);
    this.bindings.push(binding);
    return binding;
  }

  private refer({ name, start, end }: acorn.Identifier, place: Place, writes: boolean): void {
    const { scope, dormant } = place;
    const reference = { name, start, end, scope, writes, dormant, binding: undefined };
    this.references.push(reference);
    dormant?.references.push(reference);
  }
}

function runsWithClass(element: acorn.Class['body']['body'][number]): boolean {
  return element.type === 'StaticBlock' || (element.type === 'PropertyDefinition' && element.static);
}

interface Declares {
  readonly kind: BindingKind;
  readonly declaration?: acorn.VariableDeclaration;
  readonly declarator?: acorn.VariableDeclarator;
}

function asleep(place: Place, binding: Binding): Place {
  const dormant: Dormant = { references: [] };
  binding.dormants.push(dormant);
  return { ...place, dormant };
}

/** Defaults of parameters do not see what the function's body declares. */
function isBetweenParentheses(at: number, { node }: Scope): boolean {
  return 'params' in node && node.params.some(({ start, end }) => start <= at && at < end);
}

function resolve(reference: Reference): void {
  const { name, start } = reference;
  for (let scope: Scope | undefined = reference.scope; scope; scope = scope.parent) {
    const binding = scope.names.get(name);
    if (binding && (binding.kind === 'parameter' || !isBetweenParentheses(start, scope))) {
      reference.binding = binding;
      binding.references.push(reference);
      return;
    }
    if (scope.owner === scope) scope.through.add(name);
  }
}
