/**
 * `let` and `const` as `var`, where nobody can tell the difference. An engine without a just-in-time compiler checks at every
 * use of a `let` that its declaration has run, and clears it at every turn of a loop.
 *
 * A declaration stays as it is where a `var` would
 * - be a new property of the global object (outside of functions),
 * - meet another meaning of its name in the same function,
 * - be one variable for functions that each have their own now (a loop's, or two blocks'),
 * - be `undefined` where a use before the declaration throws now,
 * - allow what a `const` refuses.
 */
import { type Program, parse, type VariableDeclaration } from 'acorn';
import MagicString, { type SourceMap } from 'magic-string';
import { type Binding, type Dormant, type Reference, type Scope, type Scopes, scopesOf } from './scopes.js';

export interface Lowered {
  readonly code: string;
  /** To the code that was given, as `firmware.js`. */
  readonly map: SourceMap;
}

/** The script `code` with `var` for every `let` and `const` that allows it. Throws SyntaxError for what is no script. */
export function lowerLet(code: string): Lowered {
  const edited = new MagicString(code);
  const program = parse(code, { ecmaVersion: 'latest' });
  for (const { declaration, needsValue } of lowerable(program)) {
    edited.overwrite(declaration.start, declaration.start + declaration.kind.length, 'var');
    for (const end of needsValue) edited.appendLeft(end, ' = void 0');
  }
  return { code: edited.toString(), map: edited.generateMap({ hires: true, source: 'firmware.js' }) };
}

interface Edit {
  readonly declaration: VariableDeclaration;
  /** Where declared names end that would keep the value of an earlier turn. */
  readonly needsValue: readonly number[];
}

function lowerable(program: Program): Edit[] {
  const scopes = scopesOf(program);
  if (scopes.dynamic) return [];
  const { bindings } = scopes;
  const early = usedEarly(scopes);
  const accepted = new Set<Binding>();
  for (const group of byOwnerAndName(bindings)) {
    for (const binding of alone(group.filter((one) => isCandidate(one, early)))) accepted.add(binding);
  }
  const names = new Map<VariableDeclaration, Binding[]>();
  for (const binding of bindings) {
    const { declaration } = binding;
    if (!declaration || binding.kind === 'var') continue;
    names.set(declaration, [...(names.get(declaration) ?? []), binding]);
  }
  const edits: Edit[] = [];
  for (const [declaration, declared] of names) {
    // `let {} = x` declares nothing, and needs no change.
    if (!declared.every((binding) => accepted.has(binding))) continue;
    const needsValue = declared.filter(keepsOldValue).map(({ declarator }) => declarator!.id.end);
    edits.push({ declaration, needsValue });
  }
  return edits;
}

/** All bindings of one name in one function, in the order of the text; only the names that a `let` or `const` has. */
function byOwnerAndName(bindings: readonly Binding[]): Binding[][] {
  const groups = new Set<Binding[]>();
  for (const { name, kind, scope } of bindings) {
    if (kind === 'let' || kind === 'const') groups.add(scope.owner.within.get(name)!);
  }
  return [...groups];
}

function isCandidate(binding: Binding, early: ReadonlySet<Binding>): boolean {
  const { name, kind, scope, references } = binding;
  const { owner } = scope;
  if (!isLexical(binding) || owner.node.type === 'Program' || name === 'arguments') return false;
  if (owner.within.get(name)!.some((other) => !isLexical(other)) || owner.through.has(name)) return false;
  if (kind === 'const' && references.some(({ writes }) => writes)) return false;
  if (!references.every((reference) => isCaptured(reference, binding) || isLater(reference, binding)))
    return false;
  return !captured(binding) || (!runsAgain(binding) && !early.has(binding));
}

function isLexical({ kind }: Binding): boolean {
  return kind === 'let' || kind === 'const';
}

/**
 * Those that can be one variable together: none that has another one of the group around it, which it would hide now and
 * share then, and no captured one if there are several.
 */
function alone(candidates: readonly Binding[]): readonly Binding[] {
  const outer = candidates.filter(
    ({ name, scope }) => ![...scope.upToOwner()].slice(1).some((around) => around.names.has(name)),
  );
  return outer.length > 1 ? outer.filter((binding) => !captured(binding)) : outer;
}

function isCaptured({ scope }: Reference, binding: Binding): boolean {
  return scope.owner !== binding.scope.owner;
}

function captured(binding: Binding): boolean {
  return binding.references.some((reference) => isCaptured(reference, binding));
}

/** Is the binding made more than once while the function runs once, or not always when its block is entered? */
function runsAgain({ scope }: Binding): boolean {
  return scope.inLoop || isLoop(scope) || scope.node.type === 'SwitchStatement';
}

function isLoop({ node }: Scope): boolean {
  return node.type === 'ForStatement' || isEachLoop(node);
}

function isEachLoop({ type }: { readonly type: string }): boolean {
  return type === 'ForInStatement' || type === 'ForOfStatement';
}

/** Does the declaration always run before this use in the same function? */
function isLater({ start }: Reference, { scope, declarator }: Binding): boolean {
  const { node } = scope;
  if (node.type === 'ForInStatement' || node.type === 'ForOfStatement') return start >= node.right.end;
  if (start < declarator!.end) return false;
  if (node.type !== 'SwitchStatement') return true;
  // A jump to a later case passes the declaration over.
  const own = node.cases.find((one) => one.start <= declarator!.start && declarator!.end <= one.end)!;
  return start < own.end;
}

/** Would a `var` without a value still hold what it had in an earlier turn, or in another block? */
function keepsOldValue({ name, scope, declarator }: Binding): boolean {
  if (declarator!.init || isEachLoop(scope.node)) return false;
  return scope.inLoop || scope.owner.within.get(name)!.length > 1;
}

/**
 * The bindings that functions may use which exist before the declaration has run. Until a name is mentioned, nothing calls
 * the functions that are reached by it only; a function that is mentioned is taken as called.
 */
function usedEarly({ bindings, references }: Scopes): Set<Binding> {
  /** In the order of the text, by what they lie in. */
  const flat = new Map<Dormant | undefined, Reference[]>();
  for (const reference of references) {
    const same = flat.get(reference.dormant);
    if (same) same.push(reference);
    else flat.set(reference.dormant, [reference]);
  }
  const mentions = new Map<Scope, Mentions>();
  const early = new Set<Binding>();
  const lexical = bindings.filter(isLexical);
  lexical.sort((a, b) => a.declarator!.start - b.declarator!.start);
  for (const binding of lexical) {
    const { scope, declarator } = binding;
    let mentioned = mentions.get(scope);
    if (!mentioned) {
      mentioned = new Mentions(flat.get(scope.dormant) ?? [], scope.node.start);
      mentions.set(scope, mentioned);
    }
    if (mentioned.until(declarator!.end).has(binding)) early.add(binding);
  }
  return early;
}

/** What is mentioned from some place on, directly and by what is called. */
class Mentions {
  private next: number;
  private readonly awake = new Set<Dormant>();
  private readonly used = new Set<Binding>();

  /** @param references in the order of the text */
  constructor(
    private readonly references: readonly Reference[],
    from: number,
  ) {
    this.next = firstFrom(references, from);
  }

  /** `end` grows from call to call. */
  until(end: number): ReadonlySet<Binding> {
    const waiting: Reference[] = [];
    while (this.next < this.references.length && this.references[this.next].start < end) {
      waiting.push(this.references[this.next++]);
    }
    for (let reference = waiting.pop(); reference; reference = waiting.pop()) {
      const { binding } = reference;
      if (!binding || this.used.has(binding)) continue;
      this.used.add(binding);
      for (const dormant of binding.dormants) {
        if (this.awake.has(dormant)) continue;
        this.awake.add(dormant);
        waiting.push(...dormant.references);
      }
    }
    return this.used;
  }
}

/** The index of the first one that starts at `start` or behind it. */
function firstFrom(references: readonly Reference[], start: number): number {
  let low = 0;
  for (let high = references.length; low < high; ) {
    const middle = (low + high) >> 1;
    if (references[middle].start < start) low = middle + 1;
    else high = middle;
  }
  return low;
}
