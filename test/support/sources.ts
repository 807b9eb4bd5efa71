/** The project's own files and what they import, for the tests that judge the tree. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Paths from the project's root with `/`, sorted; `node_modules` and `dist` are not looked into. */
export function filesBelow(folder: string, name: RegExp): string[] {
  const path = join(root, folder);
  if (!existsSync(path)) return [];
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .map((file) => join(folder, file).split(sep).join('/'))
    .filter((file) => name.test(file) && !/(^|\/)(node_modules|dist)\//.test(file))
    .sort();
}

export function textOf(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}

export interface Import {
  /** What is written between the quotes. */
  readonly specifier: string;
  /** The file of the project it names; undefined for packages and Node's modules. */
  readonly target: string | undefined;
  /** Gone at run time: `import type`. */
  readonly typeOnly: boolean;
}

const statement = /^(?:import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?'([^']+)'/gm;
const dynamic = /\bimport\(\s*'([^']+)'/g;

/** The imports of `file`: statements at the beginning of a line, re-exports and `import('...')`. */
export function importsOf(file: string): Import[] {
  const text = textOf(file).replace(/\/\*[\s\S]*?\*\//g, '');
  const found: Import[] = [];
  const add = (specifier: string, typeOnly: boolean) => {
    const relative = specifier.startsWith('.');
    const path = relative ? posix.join(posix.dirname(file), specifier).replace(/\.js$/, '.ts') : undefined;
    // A plain JavaScript file of ours keeps its name.
    const target = path && !existsSync(join(root, path)) ? path.replace(/\.ts$/, '.js') : path;
    found.push({ specifier, target, typeOnly });
  };
  for (const [, type, specifier] of text.matchAll(statement)) add(specifier, type !== undefined);
  for (const [, specifier] of text.matchAll(dynamic)) add(specifier, false);
  return found;
}
