/** Looks at the author's own modules, with their types. */
import { existsSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { originalPositionFor, TraceMap } from '@jridgewell/trace-mapping';
import ts from 'typescript';
import type { FirmwareWithProgram } from '../../config/firmware.js';
import { insteadOf } from './advice.js';
import { carriedProblems } from './carried.js';
import type { Finding } from './finding.js';
import { missingName } from './library.js';
import { syntaxProblem } from './syntax.js';
import { typedProblem } from './typed.js';

/** What Espruino cannot run of the modules that the entry imports; packages and the runtime are not among them. */
export function sourceFindings(firmware: FirmwareWithProgram, runtimeTypes: string): Finding[] {
  const options = compilerOptions(firmware.dir);
  const program = ts.createProgram([firmware.entry, runtimeTypes], options);
  const checker = program.getTypeChecker();
  const findings: Finding[] = [];
  for (const file of program.getSourceFiles()) {
    if (file.isDeclarationFile || /[\\/]node_modules[\\/]/.test(file.fileName)) continue;
    if (file.fileName.startsWith(dirname(runtimeTypes))) continue;
    const visit = (node: ts.Node): void => {
      // Types are gone by the time the program runs; what a class extends is a value.
      if (
        (ts.isTypeNode(node) && !isBase(node)) ||
        ts.isInterfaceDeclaration(node) ||
        ts.isTypeAliasDeclaration(node)
      )
        return;
      if (
        ts.canHaveModifiers(node) &&
        ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.DeclareKeyword)
      )
        return;
      const problem = syntaxProblem(node) ?? typedProblem(node, checker);
      const where = placeOf(node, file, firmware.dir);
      if (problem) findings.push({ kind: 'syntax', ...problem, where });
      const name = missingName(node, program, checker);
      if (name !== undefined)
        findings.push({ kind: 'library', what: `Espruino has no ${name}`, instead: insteadOf(name), where });
      ts.forEachChild(node, visit);
    };
    visit(file);
    findings.push(...carriedFindings(file, options, firmware.dir));
  }
  return findings;
}

/** What of a module's text means something else once it is lowered. */
function carriedFindings(file: ts.SourceFile, options: ts.CompilerOptions, dir: string): Finding[] {
  const { outputText, sourceMapText } = ts.transpileModule(file.text, {
    fileName: file.fileName,
    compilerOptions: { ...options, sourceMap: true, importHelpers: true },
  });
  const trace = new TraceMap(sourceMapText!);
  return carriedProblems(outputText).map(({ what, instead, line, column }): Finding => {
    const from = originalPositionFor(trace, { line, column });
    const where = `${relative(dir, file.fileName)}:${from.line ?? line}:${(from.column ?? column) + 1}`;
    return { kind: 'syntax', what, instead, where };
  });
}

/** The class behind `extends`: TypeScript counts it among the types. */
function isBase({ parent }: ts.Node): boolean {
  return (
    ts.isHeritageClause(parent) &&
    parent.token === ts.SyntaxKind.ExtendsKeyword &&
    ts.isClassLike(parent.parent)
  );
}

function placeOf(node: ts.Node, file: ts.SourceFile, dir: string): string {
  const { line, character } = file.getLineAndCharacterOfPosition(node.getStart(file));
  return `${relative(dir, file.fileName)}:${line + 1}:${character + 1}`;
}

/** As the build compiles, without writing anything. */
function compilerOptions(dir: string): ts.CompilerOptions {
  const own = join(dir, 'tsconfig.json');
  const read = existsSync(own) ? ts.readConfigFile(own, ts.sys.readFile) : undefined;
  const author = read?.config
    ? ts.parseJsonConfigFileContent(read.config, ts.sys, dir).options
    : { strict: true };
  return {
    ...author,
    target: ts.ScriptTarget.ES2022,
    lib: ['lib.es2023.d.ts'],
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    moduleDetection: ts.ModuleDetectionKind.Force,
    types: [],
    skipLibCheck: true,
    noEmit: true,
    composite: false,
    incremental: false,
  };
}
