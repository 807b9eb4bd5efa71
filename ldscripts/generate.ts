/**
 * Memory map -> GNU ld script (ld manual, "Linker Scripts"), in the subset that LLD reads alike. Addresses
 * are load addresses too (LMA = VMA): remoteproc loads to `p_paddr` and looks for the table at `sh_addr`.
 */
import {
  identifier,
  type MapInput,
  type MapRegion,
  type MapSection,
  type MemoryMap,
  noteName,
} from './memory-map.js';
import { validateMemoryMap } from './validate.js';

/** A PT_LOAD and the sections in it. */
interface Segment {
  readonly name: string;
  readonly flags: string;
  readonly region: string;
  readonly sections: MapSection[];
}

/** What linkers add by themselves or what describes code to debuggers and unwinders only. */
const DISCARDED = [
  '.comment',
  '.ARM.attributes',
  '.ARM.exidx*',
  '.ARM.extab*',
  '.riscv.attributes',
  '.eh_frame',
  '.note.GNU-stack',
];

/**
 * The script's text; equal maps give equal text.
 * @throws LinkerScriptError for a map that no script can be made of
 */
export function generateLinkerScript(map: MemoryMap): string {
  validateMemoryMap(map);
  const segments = groupSegments(map.sections);
  const parts = [
    titleComment(map.title),
    `ENTRY(${map.entry})\n`,
    memoryBlock(map.regions),
    programHeaders(segments),
  ];
  if (map.symbols.length > 0) parts.push(symbolLines(map));
  parts.push(sectionsBlock(map, segments));
  const asserts = assertLines(map);
  if (asserts !== '') parts.push(asserts);
  return parts.join('\n');
}

/**
 * Neighbours with equal flags in one region share a segment, except that loaded bytes never follow NOBITS
 * ones: the file would have to hold zeros for them.
 */
function groupSegments(sections: readonly MapSection[]): Segment[] {
  const segments: Segment[] = [];
  const taken = new Set<string>();
  for (const section of sections) {
    const flags = [...section.segment.flags].sort().join('');
    const last = segments[segments.length - 1];
    const before = last?.sections[last.sections.length - 1];
    if (
      last &&
      last.region === section.region &&
      last.flags === flags &&
      (section.noload || !before?.noload)
    ) {
      last.sections.push(section);
      continue;
    }
    const base = identifier(section.name.replace(/^\.+/, '') || 'segment');
    let name = base;
    for (let n = 2; taken.has(name); n++) name = `${base}_${n}`;
    taken.add(name);
    segments.push({ name, flags, region: section.region, sections: [section] });
  }
  return segments;
}

function memoryBlock(regions: readonly MapRegion[]): string {
  const rows = regions.map((region) => [
    identifier(region.name),
    region.attributes === '' ? '' : `(${region.attributes})`,
    ': ORIGIN =',
    hex(region.origin) + ',',
    'LENGTH =',
    hex(region.length),
    `/* ${readableSize(region.length)}; ${comment(region.comment)} */`,
  ]);
  return `MEMORY\n{\n${columns(rows)}}\n`;
}

function programHeaders(segments: readonly Segment[]): string {
  const rows = segments.map(({ name, flags, sections }) => [
    name,
    'PT_LOAD',
    `FLAGS(${flagBits(flags)});`,
    `/* ${flagLetters(flags)}: ${sections.map((section) => section.name).join(' ')} */`,
  ]);
  return (
    '/* Neither FILEHDR nor PHDRS: the ELF headers stay out of memory. FLAGS: 4 read, 2 write, 1 execute. */\n' +
    `PHDRS\n{\n${columns(rows)}}\n`
  );
}

function symbolLines(map: MemoryMap): string {
  const rows = map.symbols.map(({ name, value, comment: text }) => [
    name,
    `= ${typeof value === 'number' ? hex(value) : value};`,
    `/* ${comment(text)} */`,
  ]);
  return columns(rows, '');
}

function sectionsBlock(map: MemoryMap, segments: readonly Segment[]): string {
  const blocks = segments.flatMap(({ name, sections }) =>
    sections.map((section) => sectionBlock(section, name)),
  );
  const outside = [
    ...map.nonAlloc.map((name) => `  ${name} 0 : { KEEP(*(${name})) }\n`),
    ...map.notes.map((note) => {
      const pattern = typeof note === 'string' ? note : note.pattern;
      return `  ${noteName(note)} 0 : { KEEP(*(${pattern})) }\n`;
    }),
  ];
  if (outside.length > 0) blocks.push('  /* Not in memory: read from the file only. */\n' + outside.join(''));
  const listed = new Set([
    ...map.nonAlloc,
    ...map.notes.map(noteName),
    ...map.sections.map((section) => section.name),
  ]);
  const discarded = DISCARDED.filter((pattern) => !listed.has(pattern.replace('*', '')));
  blocks.push(
    '  /* Differs from linker to linker, or describes code to debuggers and unwinders only. */\n' +
      `  /DISCARD/ : { ${discarded.map((pattern) => `*(${pattern})`).join(' ')} }\n`,
  );
  return `SECTIONS\n{\n${blocks.join('\n')}}\n`;
}

function sectionBlock(section: MapSection, segment: string): string {
  const { name, region, align, inputs, start, end, noload } = section;
  const lines: string[] = [];
  if (section.comment) lines.push(`  /* ${comment(section.comment)} */`);
  lines.push(`  ${name}${noload ? ' (NOLOAD)' : ''} : ALIGN(${align})`, '  {');
  if (start) lines.push(`    ${start} = .;`);
  for (const input of inputs) lines.push(...inputLines(input));
  if (end) lines.push(`    ${end} = .;`);
  lines.push(`  } > ${identifier(region)} :${segment}`);
  return lines.join('\n') + '\n';
}

function inputLines({ pattern, keep, start, end, align }: MapInput): string[] {
  const lines: string[] = [];
  if (align !== undefined) lines.push(`    . = ALIGN(${align});`);
  if (start) lines.push(`    ${start} = .;`);
  lines.push(keep ? `    KEEP(*(${pattern}))` : `    *(${pattern})`);
  if (end) lines.push(`    ${end} = .;`);
  return lines;
}

function assertLines(map: MemoryMap): string {
  const fits = map.sections.map(({ name, region }) => {
    const spelled = identifier(region);
    const { length } = map.regions.find((candidate) => candidate.name === region)!;
    // Nothing lies in an absent section; only then its address is outside the region.
    const end = `ADDR(${name}) - ORIGIN(${spelled}) + SIZEOF(${name})`;
    return (
      `ASSERT(SIZEOF(${name}) == 0 || ${end} <= LENGTH(${spelled}),\n` +
      `       "${name} does not fit region ${spelled} (${readableSize(length)})")\n`
    );
  });
  const own = map.asserts.map(({ condition, message }) => `ASSERT(${condition},\n       "${message}")\n`);
  return [...fits, ...own].join('');
}

function titleComment(lines: readonly string[]): string {
  if (lines.length === 0) return '/* Written by linker-script-gen. */\n';
  return `/*\n${lines.map((line) => ` * ${comment(line)}`.trimEnd() + '\n').join('')} */\n`;
}

/** Rows of equal length, each column as wide as its widest cell. */
function columns(rows: readonly (readonly string[])[], indent = '  '): string {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, cell.length);
  }
  const kept = widths.map((width, i) => ({ width, i })).filter(({ width }) => width > 0);
  return rows
    .map(
      (row) =>
        indent +
        kept
          .map(({ width, i }) => row[i].padEnd(width))
          .join(' ')
          .trimEnd() +
        '\n',
    )
    .join('');
}

function flagBits(flags: string): number {
  return (flags.includes('r') ? 4 : 0) | (flags.includes('w') ? 2 : 0) | (flags.includes('x') ? 1 : 0);
}

function flagLetters(flags: string): string {
  return (
    (flags.includes('r') ? 'r' : '-') + (flags.includes('w') ? 'w' : '-') + (flags.includes('x') ? 'x' : '-')
  );
}

/** Text that cannot end the comment it stands in. */
function comment(text: string): string {
  return text.replace(/\*\//g, '* /').replace(/\/\*/g, '/ *').replace(/\s+/g, ' ').trim();
}

function hex(value: number): string {
  return '0x' + value.toString(16).padStart(8, '0');
}

function readableSize(bytes: number): string {
  for (const [unit, size] of [
    ['GiB', 2 ** 30],
    ['MiB', 2 ** 20],
    ['KiB', 2 ** 10],
  ] as const) {
    if (bytes >= size && bytes % size === 0) return `${bytes / size} ${unit}`;
  }
  return `${bytes} bytes`;
}
