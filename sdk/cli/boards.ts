/** `rproc boards [QUERY]` */
import type { Command } from 'commander';
import { addressRanges, type Board } from '../../boards/board.js';
import { cpus } from '../../boards/cpus.js';
import { boards } from '../../boards/index.js';
import { columns, readableSize } from '../text/columns.js';
import { type Output, printJson } from './output.js';

export function addBoards(program: Command, output: Output, finish: (code: number) => void): void {
  program
    .command('boards')
    .description('list the boards, or those whose name, CPU or description contains QUERY')
    .argument('[query]', 'text to look for')
    .option('--json', 'one JSON document on stdout')
    .action((query: string | undefined, options: { json?: boolean }) => {
      const found = boards.filter((board) => matches(board, query));
      if (options.json) {
        printJson(
          output,
          found.map((board) => ({ ...board, ranges: addressRanges(board) })),
        );
      } else {
        const rows = found.map((board) => [
          board.name,
          cpus[board.cpu].description,
          imageMemory(board),
          board.description,
        ]);
        if (rows.length > 0) output.out(columns([['board', 'cpu', 'image memory', 'description'], ...rows]));
        else output.err(`no board matches "${query}"\n`);
      }
      finish(found.length > 0 ? 0 : 1);
    });
}

function matches(board: Board, query: string | undefined): boolean {
  if (query === undefined) return true;
  const text = `${board.name} ${board.cpu} ${cpus[board.cpu].description} ${board.description}`;
  return text.toLowerCase().includes(query.toLowerCase());
}

function imageMemory({ memory }: Board): string {
  const regions = memory.filter(({ use }) => use === 'image');
  return regions.map(({ len }) => readableSize(len)).join(' + ');
}
