/** The `rproc` command. */
import { Command, CommanderError } from 'commander';
import pc from 'picocolors';
import { SDK_VERSION } from '../version.js';
import { type Output, printProblems } from './output.js';

const USAGE_ERROR = 2;

type AddCommand = (program: Command, output: Output, finish: (code: number) => void) => void;

/** Loaded when asked for: a command that only reads a file must not wait for a compiler, a bundler and a simulator. */
const commands: { readonly [name: string]: () => Promise<AddCommand> } = {
  init: async () => (await import('./init.js')).addInit,
  build: async () => (await import('./build.js')).addBuild,
  inspect: async () => (await import('./inspect.js')).addInspect,
  emit: async () => (await import('./emit.js')).addEmit,
  check: async () => (await import('./check.js')).addCheck,
  run: async () => (await import('./run.js')).addRun,
  attach: async () => (await import('./attach.js')).addAttach,
  test: async () => (await import('./test.js')).addTest,
  boards: async () => (await import('./boards.js')).addBoards,
};

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
  // Help and suggestions need them all.
  const named = Object.keys(commands).filter((name) => name === argv[0]);
  for (const name of named.length > 0 ? named : Object.keys(commands)) {
    (await commands[name]())(program, output, finish);
  }
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
