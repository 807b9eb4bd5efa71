/** `rproc inspect FILE.elf` */
import type { Command } from 'commander';
import { partlyRead } from '../errors.js';
import { formatInspection, inspectElf } from '../inspect/index.js';
import { readInput } from './files.js';
import { type Output, printJson, printProblems } from './output.js';

export function addInspect(program: Command, output: Output, finish: (code: number) => void): void {
  program
    .command('inspect')
    .description(
      "show an image's headers, segments and decoded resource table; any vendor's ELF; exit status 1 when it is damaged",
    )
    .argument('<file>', 'an ELF image')
    .option('--json', 'one JSON document on stdout')
    .action(async (file: string, options: { json?: boolean }) => {
      const inspection = inspectElf(await readInput(file), file);
      if (options.json) printJson(output, inspection);
      else output.out(formatInspection(inspection));
      // What can be read is shown all the same; scripts learn from the status that it is not all.
      const { damage } = inspection;
      finish(damage.length > 0 ? printProblems(output, partlyRead(file, damage)) : 0);
    });
}
