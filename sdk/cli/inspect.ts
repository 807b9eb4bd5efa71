/** `rproc inspect FILE.elf` */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { type Board, boards, findBoard } from '../../boards/index.js';
import { partlyRead, pictureIsImage, unknownBoard } from '../errors.js';
import { writeAll } from '../files/write-all.js';
import { type BoardPlacement, formatPlacement, placeOnBoard } from '../inspect/board/index.js';
import { formatInspection, type Inspection, inspectElf } from '../inspect/index.js';
import { drawImage } from '../inspect/svg/index.js';
import { readInput } from './files.js';
import { type Output, printJson, printProblems } from './output.js';

interface Options {
  readonly board?: string;
  readonly svg?: string;
  readonly json?: boolean;
}

/** What `inspect --json` prints. */
interface InspectDocument extends Inspection {
  /** Null: no board is named, neither by --board nor by the image's own note, or the note's board is unknown here. */
  readonly placement: BoardPlacement | null;
}

export function addInspect(program: Command, output: Output, finish: (code: number) => void): void {
  program
    .command('inspect')
    .description(
      "show an image's headers, segments and decoded resource table; any vendor's ELF; exit status 1 when it is damaged",
    )
    .argument('<file>', 'an ELF image')
    .option('--board <name>', 'show where it lies on this board; by default the one it was built for')
    .option('--svg <file>', "draw the image in the board's memory map")
    .option('--json', 'one JSON document on stdout')
    .action(async (file: string, options: Options) => {
      const wanted = options.board === undefined ? undefined : boardNamed(options.board);
      if (options.svg !== undefined && resolve(options.svg) === resolve(file)) throw pictureIsImage(file);
      const inspection = inspectElf(await readInput(file), file);
      // An image for a board of somebody's own is inspected as well.
      const board = wanted ?? (inspection.rproc ? findBoard(inspection.rproc.board) : undefined);
      const placement = board ? placeOnBoard(inspection, board) : null;
      if (options.svg !== undefined) {
        await writeAll([[options.svg, drawImage(inspection, placement)]], '--svg');
      }
      if (options.json) printJson(output, { ...inspection, placement } satisfies InspectDocument);
      else output.out(formatInspection(inspection) + (placement ? `\n${formatPlacement(placement)}` : ''));
      if (!board && inspection.rproc)
        output.err('the board that the image names is not known here: --board places it on another one\n');
      // What can be read is shown all the same; scripts learn from the status that it is not all.
      const { damage } = inspection;
      finish(damage.length > 0 ? printProblems(output, partlyRead(file, damage)) : 0);
    });
}

/** Throws ProblemError RP1004. */
function boardNamed(name: string): Board {
  const board = findBoard(name);
  const known = boards.map((one) => one.name);
  if (!board) throw unknownBoard(name, known, undefined);
  return board;
}
