/** Looks at modules that are not the author's: JavaScript, without types. */
import { type EncodedSourceMap, eachMapping, TraceMap } from '@jridgewell/trace-mapping';
import ts from 'typescript';
import { type Carried, carriedProblems } from './carried.js';
import type { Finding } from './finding.js';
import { syntaxProblem } from './syntax.js';

/** What is wrong with the text of a package's module, whether the program needs it or not. */
export function packageProblems(code: string): Carried[] {
  const file = ts.createSourceFile('package.js', code, ts.ScriptTarget.Latest, true, ts.ScriptKind.JS);
  const found: Carried[] = [];
  const visit = (node: ts.Node): void => {
    const problem = syntaxProblem(node);
    if (problem) {
      const { line, character } = file.getLineAndCharacterOfPosition(node.getStart(file));
      found.push({ ...problem, line: line + 1, column: character });
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return [...found, ...carriedProblems(code)];
}

/** What of that is in the program: a line that nothing in it comes from was left out. `packages` are by their paths in `map`. */
export function packageFindings(
  packages: ReadonlyMap<string, readonly Carried[]>,
  map: EncodedSourceMap,
): Finding[] {
  const lines = new Set<string>();
  eachMapping(new TraceMap(map), ({ source, originalLine }) => lines.add(`${source}:${originalLine}`));
  return [...packages].flatMap(([source, problems]) =>
    problems
      .filter(({ line }) => lines.has(`${source}:${line}`))
      .map(({ what, instead, line, column }): Finding => {
        const where = `${source}:${line}:${column + 1}`;
        return { kind: 'syntax', what, instead, where };
      }),
  );
}
