/** `rproc inspect FILE.elf` */
import type { Command } from 'commander';
import { formatInspection, inspectElf } from '../inspect/index.js';
import { readInput } from './files.js';
import { type Output, printJson } from './output.js';

export function addInspect(program: Command, output: Output, finish: (code: number) => void): void {
  program
    .command('inspect')
    .description("show an image's headers, segments and decoded resource table; any vendor's ELF")
    .argument('<file>', 'an ELF image')
    .option('--json', 'one JSON document on stdout')
    .action(async (file: string, options: { json?: boolean }) => {
      const inspection = inspectElf(await readInput(file), file);
      if (options.json) printJson(output, inspection);
      else output.out(formatInspection(inspection));
      finish(0);
    });
}
