/**
 * Names of the runtime's members that the release build may shorten: those that only the runtime uses. Kept are the
 * fields of what the author or the engine hands over or prints (the interfaces of the public types and of the hal), and
 * every word of the author's program.
 */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseAst } from 'rollup/parseAst';
import ts from 'typescript';

/** Members of the runtime that the language's objects and descriptors have too: a name is shortened everywhere or nowhere. */
export const SHARED_WITH_LANGUAGE: readonly string[] = (
  'add all at bind buffer catch console constructor done entries enumerable every finally find fixed flags get length log map name now offset race ' +
  'reject resolve set size stack store then value writable write'
).split(' ');

interface Node {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** The names of members that `code` makes: methods, fields that are assigned to `this`, keys of object literals. */
export function membersOf(code: string): Set<string> {
  const names = new Set<string>();
  const walk = (node: Node): void => {
    const key = node.type === 'AssignmentExpression' ? ownField(node.left as Node) : keyOf(node);
    if (key !== undefined) names.add(key);
    for (const value of Object.values(node)) {
      for (const child of Array.isArray(value) ? value : [value])
        if (typeof child?.type === 'string') walk(child);
    }
  };
  walk(parseAst(code) as unknown as Node);
  return names;
}

function keyOf({ type, key, computed }: Node): string | undefined {
  const named = (type === 'MethodDefinition' || type === 'Property') && !computed;
  return named && (key as Node).type === 'Identifier' ? ((key as Node).name as string) : undefined;
}

function ownField({ type, object, property, computed }: Node): string | undefined {
  if (type !== 'MemberExpression' || computed || (object as Node).type !== 'ThisExpression') return undefined;
  return (property as Node).name as string;
}

/**
 * The fields that keep their names: of every interface that `runtime/index.d.ts` exports, of the hal and what lies below it, and of `console`. The
 * author's objects have them, often from JSON, and he may print what he gets.
 */
export function publicFields(runtimeDir: string): Set<string> {
  const fields = new Set<string>();
  const index = parse(resolve(runtimeDir, 'index.d.ts'));
  for (const statement of index.statements) {
    if (!ts.isExportDeclaration(statement) || !statement.moduleSpecifier || !statement.exportClause) continue;
    const from = (statement.moduleSpecifier as ts.StringLiteral).text.replace(/\.js$/, '.d.ts');
    const names = (statement.exportClause as ts.NamedExports).elements.map(
      ({ propertyName, name }) => (propertyName ?? name).text,
    );
    addFields(resolve(runtimeDir, from), (name) => names.includes(name), fields);
  }
  for (const file of ['hal/hal.d.ts', 'hal/espruino.d.ts', 'console.d.ts', 'abi/address.d.ts']) {
    addFields(resolve(runtimeDir, file), () => true, fields);
  }
  return fields;
}

function addFields(file: string, wanted: (name: string) => boolean, fields: Set<string>): void {
  for (const statement of parse(file).statements) {
    if (!ts.isInterfaceDeclaration(statement) || !wanted(statement.name.text)) continue;
    for (const { name } of statement.members) if (name && ts.isIdentifier(name)) fields.add(name.text);
  }
}

function parse(file: string): ts.SourceFile {
  return ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.ES2022);
}
