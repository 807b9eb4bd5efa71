/** Looks at the author's own modules, with their types. */
import { existsSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import ts from 'typescript';
import type { FirmwareWithProgram } from '../../config/firmware.js';
import { insteadOf } from './advice.js';
import type { Finding } from './finding.js';
import { missingName } from './library.js';
import { syntaxProblem } from './syntax.js';

/** What Espruino cannot run of the modules that the entry imports; packages and the runtime are not among them. */
export function sourceFindings(firmware: FirmwareWithProgram, runtimeTypes: string): Finding[] {
  const program = ts.createProgram([firmware.entry, runtimeTypes], compilerOptions(firmware.dir));
  const checker = program.getTypeChecker();
  const findings: Finding[] = [];
  for (const file of program.getSourceFiles()) {
    if (file.isDeclarationFile || /[\\/]node_modules[\\/]/.test(file.fileName)) continue;
    if (file.fileName.startsWith(dirname(runtimeTypes))) continue;
    const visit = (node: ts.Node): void => {
      // Types are gone by the time the program runs.
      if (ts.isTypeNode(node) || ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) return;
      if (
        ts.canHaveModifiers(node) &&
        ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.DeclareKeyword)
      )
        return;
      const problem = syntaxProblem(node);
      const where = placeOf(node, file, firmware.dir);
      if (problem) findings.push({ kind: 'syntax', ...problem, where });
      const name = missingName(node, program, checker);
      if (name !== undefined)
        findings.push({ kind: 'library', what: `Espruino has no ${name}`, instead: insteadOf(name), where });
      ts.forEachChild(node, visit);
    };
    visit(file);
  }
  return findings;
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
