/** `rproc init [DIR]` */
import { relative } from 'node:path';
import { type Command, Option } from 'commander';
import { type EngineName, engineNames } from '../config/engine.js';
import { type InitResult, init } from '../init/init.js';
import { templates } from '../init/render.js';
import { type Output, printJson } from './output.js';

interface Options {
  readonly name?: string;
  readonly board: string;
  readonly template: string;
  readonly engine: EngineName;
  readonly json?: boolean;
}

export function addInit(program: Command, output: Output, finish: (code: number) => void): void {
  program
    .command('init')
    .description('write a new firmware project that builds, runs and tests at once')
    .argument('[dir]', 'folder of the project, made when it is not there', '.')
    .option('--name <name>', "name of the package and the image; the folder's when left out")
    .option('--board <name>', 'the board (rproc boards lists them)', 'virt-m4')
    .option('--template <name>', `what to begin with: ${Object.keys(templates).join(', ')}`, 'echo')
    .addOption(new Option('--engine <name>', 'what runs the program').choices(engineNames).default('quickjs'))
    .option('--json', 'one JSON document on stdout')
    .action(async (dir: string, { json, ...options }: Options) => {
      const result = await init({ dir, ...options });
      const next = nextSteps(result);
      if (json) printJson(output, { ...result, next });
      else output.err(summary(result, next));
      finish(0);
    });
}

/** Command lines, to be typed where `rproc init` was. */
function nextSteps({ dir }: InitResult): string[] {
  const path = relative('.', dir);
  const enter = path === '' ? [] : [`cd ${/^[\w./+-]+$/.test(path) ? path : JSON.stringify(path)}`];
  return [...enter, 'npm install', 'npm start', 'npm test'];
}

function summary({ dir, name, board, template, engine, files }: InitResult, next: readonly string[]): string {
  const runs = engine === 'quickjs' ? '' : ` and ${engine}`;
  return `${name}: template ${template} for ${board}${runs} in ${dir}
${files.map((file) => `  ${file}\n`).join('')}
next:
${next.map((line) => `  ${line}\n`).join('')}`;
}
