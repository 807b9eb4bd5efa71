/** `rproc emit [DIR]` */
import { relative } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { emit } from '../emit/emit.js';
import { type Output, printJson } from './output.js';

interface Options {
  readonly output?: string;
  readonly board?: string;
  readonly entry?: string;
  readonly stack?: number;
  readonly heap?: number;
  readonly json?: boolean;
}

export function addEmit(program: Command, output: Output, finish: (code: number) => void): void {
  program
    .command('emit')
    .description('write what a C firmware needs: table object, header, linker script, device-tree snippet')
    .argument('[dir]', 'folder with firmware.config.ts', '.')
    .option('-o, --output <dir>', 'folder for the files; the project when left out')
    .option('--board <name>', 'board instead of the one in the configuration')
    .option('--entry <symbol>', 'first instruction in the linker script; Reset_Handler when left out', symbol)
    .option('--stack <bytes>', 'stack in the linker script; 4096 when left out', bytes)
    .option('--heap <bytes>', 'heap in the linker script; none when left out', bytes)
    .option('--json', 'one JSON document on stdout')
    .action(async (dir: string, { json, ...options }: Options) => {
      const { firmware, files, tableBytes } = await emit({ dir, ...options });
      if (json) {
        printJson(output, { name: firmware.name, board: firmware.board.name, files, tableBytes });
      } else {
        const lines = Object.entries(files).map(
          ([what, path]) => `  ${whats[what as keyof typeof whats].padEnd(22)} ${relative('.', path)}`,
        );
        output.err(
          `${firmware.name} for ${firmware.board.name}, table of ${tableBytes} bytes:\n${lines.join('\n')}\n`,
        );
      }
      finish(0);
    });
}

const whats = {
  object: 'table and traces',
  header: 'C header',
  script: 'linker script',
  fragment: 'fragment to INCLUDE',
  deviceTree: 'device-tree snippet',
} as const;

function symbol(text: string): string {
  if (!/^[A-Za-z_.$][\w.$]*$/.test(text)) throw new InvalidArgumentError('a symbol is needed');
  return text;
}

function bytes(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isInteger(value) || value < 0 || value > 0x7fffffff)
    throw new InvalidArgumentError('a number of bytes is needed');
  return value;
}
