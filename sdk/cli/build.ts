/** `rproc build [DIR]` */
import { relative } from 'node:path';
import { type Command, Option } from 'commander';
import { addressRanges } from '../../boards/board.js';
import { type Da, daToPa, hex } from '../../runtime/abi/address.js';
import { type BuildOptions, type BuildResult, build } from '../build/build.js';
import { engineNames } from '../config/engine.js';
import { type Inspection, inspectElf } from '../inspect/index.js';
import type { Budget } from '../native/budget.js';
import { formatBudget } from '../native/format-budget.js';
import { reasonOf } from '../native/profile.js';
import { reservedMemory } from '../table/layout.js';
import { columns } from '../text/columns.js';
import { type Output, printJson } from './output.js';

export function addBuild(program: Command, output: Output, finish: (code: number) => void): void {
  program
    .command('build')
    .description('compile, bundle and link a firmware project into an ELF image')
    .argument('[dir]', 'folder with firmware.config.ts', '.')
    .option('-o, --output <file>', 'the image; NAME.elf in the project when left out')
    .option('--board <name>', 'board instead of the one in the configuration')
    .addOption(
      new Option('--engine <name>', 'engine instead of the one in the configuration').choices(engineNames),
    )
    .option('--linker <path>', 'a system linker (ld.lld, arm-none-eabi-ld) instead of the bundled LLD')
    .option('--strip', 'no source map, sources or symbols in the image; stacks of crashes are not mapped')
    .option('--sources', 'carry the original sources in the image, outside loaded memory')
    .option('--json', 'one JSON document on stdout')
    .action(async (dir: string, options: Omit<BuildOptions, 'dir'> & { json?: boolean }) => {
      const result = await build({ dir, ...options });
      const inspection = inspectElf(result.image.elf, result.files.elf);
      for (const warning of result.warnings) output.err(`warning: ${warning}\n`);
      if (options.json) printJson(output, buildDocument(result, inspection));
      else output.err(buildSummary(result, inspection));
      finish(0);
    });
}

/** What `build --json` prints. */
function buildDocument(result: BuildResult, inspection: Inspection) {
  const { firmware, image, files, programBytes, modules, profile, warnings } = result;
  return {
    name: firmware.name,
    board: firmware.board.name,
    engine: firmware.engine,
    native: image.budget !== undefined || (firmware.engine === 'espruino' && !!firmware.espruino),
    files,
    bytes: image.elf.length,
    buildId: image.buildId,
    linker: image.linker,
    program: { bytes: programBytes, modules },
    segments: inspection.segments,
    memory: memoryDocument(result),
    budget: image.budget ?? null,
    profile: profile ?? null,
    warnings,
  };
}

/** What Linux must reserve for this firmware, in bytes. */
function memoryDocument({ firmware }: BuildResult) {
  const { reservations, total, fromPool } = reservedMemory(firmware.resources, firmware.board);
  return {
    reservations: reservations.map(({ region, ...rest }) => ({ ...rest, region: region?.name })),
    total,
    fromPool,
  };
}

function buildSummary(result: BuildResult, inspection: Inspection): string {
  const { firmware, image, files, programBytes, modules, profile } = result;
  const { board } = firmware;
  const ranges = addressRanges(board);
  const rows = inspection.sections
    .filter(({ flags }) => flags.includes('A'))
    .map(({ name, addr, size }) => {
      const address = Number(addr);
      const physical = daToPa(ranges, address as Da, size);
      return [name, hex(address), physical === undefined ? '-' : hex(physical), `${size}`];
    });
  const region = board.memory.find(({ use }) => use === 'image')!;
  const ends = rows
    .map(([, address, , size]) => Number(address) + Number(size))
    .filter((end) => end > region.da && end <= region.da + region.len);
  const used = Math.max(region.da, ...ends) - region.da;
  const lines = [
    `${relative('.', files.elf)}: ${image.elf.length} bytes for ${board.name}, program ${programBytes} bytes from ${modules.length} modules`,
    columns([['section', 'device address', 'physical', 'bytes'], ...rows], {
      right: [3],
      indent: '  ',
    }).trimEnd(),
    `${region.name}: ${used} of ${region.len} bytes used (${((100 * used) / region.len).toFixed(1)} %), linked by ${image.linker}`,
  ];
  lines.push(...reservedLines(firmware));
  if (profile) lines.push(`engine profile ${profile.profile}: ${reasonOf(profile)}`);
  if (image.budget) lines.push(spare(image.budget), formatBudget(image.budget));
  else if (firmware.engine === 'espruino') lines.push(...espruinoLines(result));
  else
    lines.push(
      `no native engine for ${board.name}: the image holds no machine code and runs on simulated cores only`,
    );
  return `${lines.join('\n')}\n`;
}

/** What there is for Espruino beside the image, and what the image needs. */
function espruinoLines({ firmware, image, files }: BuildResult): string[] {
  const { board, espruino } = firmware;
  const program = `${relative('.', files.program!)}: ${image.upload!.length} bytes to upload or to save as Espruino's boot code`;
  return [
    program,
    espruino
      ? `the image holds the Espruino build ${espruino.base} and the program as its saved code`
      : `no Espruino in the image for ${board.name} (espruino.base): it runs on simulated cores only`,
  ];
}

/** What is left before the program takes any heap, and when it has all that it will need to run. */
function spare({ profile, members, left, heap, regions }: Budget): string {
  const all = regions.reduce((sum, { bytes }) => sum + bytes, 0);
  const kib = (bytes: number) => `${bytes} (${Math.floor(bytes / 1024)} KiB)`;
  const { program, buffers } = heap.floor;
  return (
    `engine profile ${profile} with ${members} members of built-in objects; of ${all} bytes for the image ${kib(left + program + buffers)} are to spare, ` +
    `${kib(left)} once the program has started and all message buffers have been in use:`
  );
}

function reservedLines({ resources, board }: BuildResult['firmware']): string[] {
  const { reservations, total } = reservedMemory(resources, board);
  if (reservations.length === 0) return [];
  const rows = reservations.map(({ name, purpose, bytes, reserved, region }) => [
    name,
    purpose,
    `${bytes}`,
    `${reserved}`,
    region?.name ?? '-',
  ]);
  return [
    `Linux reserves ${total} bytes:`,
    columns([['memory', 'for', 'bytes', 'reserved', 'from'], ...rows], {
      right: [2, 3],
      indent: '  ',
    }).trimEnd(),
  ];
}
