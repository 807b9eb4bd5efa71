/** The `rproc` command. */
import { Command, CommanderError } from 'commander';
import pc from 'picocolors';
import { SDK_VERSION } from '../version.js';
import { addBoards } from './boards.js';
import { addBuild } from './build.js';
import { addCheck } from './check.js';
import { addInit } from './init.js';
import { addInspect } from './inspect.js';
import { type Output, printProblems } from './output.js';
import { addRun } from './run.js';
import { addTest } from './test.js';

const USAGE_ERROR = 2;

/** Runs one command line (without node and script); resolves to its exit status. */
export async function main(argv: readonly string[], output: Output = terminal()): Promise<number> {
  let status = 0;
  const finish = (code: number): void => {
    status = code;
  };
  const program = new Command('rproc')
    .description('Firmware for remoteproc cores in TypeScript: build ELF images, look into them, boot them.')
    .version(SDK_VERSION)
    .exitOverride()
    .configureOutput({ writeOut: (text) => output.out(text), writeErr: (text) => output.err(text) })
    .showHelpAfterError('(rproc --help lists the commands)');
  addInit(program, output, finish);
  addBuild(program, output, finish);
  addInspect(program, output, finish);
  addCheck(program, output, finish);
  addRun(program, output, finish);
  addTest(program, output, finish);
  addBoards(program, output, finish);
  try {
    if (argv.length === 0) {
      program.outputHelp({ error: true });
      return USAGE_ERROR;
    }
    await program.parseAsync([...argv], { from: 'user' });
    return status;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE_ERROR;
    return printProblems(output, error);
  }
}

function terminal(): Output {
  return {
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    color: pc.isColorSupported && process.stderr.isTTY === true,
  };
}
