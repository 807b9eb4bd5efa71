/**
 * Memory map -> GNU ld script (ld manual, "Linker Scripts"), in the subset that LLD reads alike. Addresses
 * are load addresses too (LMA = VMA): remoteproc loads to `p_paddr` and looks for the table at `sh_addr`.
 */
import { areaLines, assertLines } from './limits.js';
import {
  identifier,
  type MapInclude,
  type MapInput,
  type MapSection,
  type MemoryMap,
  noteName,
} from './memory-map.js';
import { columns, comment, hex, readableSize } from './text.js';
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
  const { memory, sections } = generateFragments(map);
  return [titleComment(map.title), `ENTRY(${map.entry})\n`, memory, sections].join('\n');
}

/** The two halves of a script, for a script of the author's own that INCLUDEs them, `memory` first. */
export interface ScriptFragments {
  /** The regions. */
  readonly memory: string;
  /** Program headers, symbols, output sections, areas and asserts. */
  readonly sections: string;
}

/**
 * The script in two texts, without title and ENTRY; equal maps give equal texts.
 * @throws LinkerScriptError for a map that no script can be made of
 */
export function generateFragments(map: MemoryMap): ScriptFragments {
  validateMemoryMap(map);
  const segments = groupSegments(map.sections);
  const join = (...parts: string[]) => parts.filter((part) => part !== '').join('\n');
  return {
    memory: join(includeLines(map, 'start', ''), memoryBlock(map)),
    sections: join(
      programHeaders(segments),
      symbolLines(map),
      sectionsBlock(map, segments),
      areaLines(map),
      assertLines(map),
      includeLines(map, 'end', ''),
    ),
  };
}

function includeLines(map: MemoryMap, place: MapInclude['at'], indent: string): string {
  const same = (at: MapInclude['at']) =>
    typeof at === 'object' && typeof place === 'object' ? at.section === place.section : at === place;
  const files = (map.includes ?? []).filter(({ at }) => same(at));
  return files.map(({ file }) => `${indent}INCLUDE ${file}\n`).join('');
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

function memoryBlock(map: MemoryMap): string {
  const rows = map.regions.map((region) => [
    identifier(region.name),
    region.attributes === '' ? '' : `(${region.attributes})`,
    ': ORIGIN =',
    hex(region.origin) + ',',
    'LENGTH =',
    hex(region.length),
    `/* ${readableSize(region.length)}; ${comment(region.comment)} */`,
  ]);
  return `MEMORY\n{\n${columns(rows)}${includeLines(map, 'memory', '  ')}}\n`;
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
    sections.map((section) => sectionBlock(map, section, name)),
  );
  const included = includeLines(map, 'sections', '  ');
  if (included !== '') blocks.push(included);
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

function sectionBlock(map: MemoryMap, section: MapSection, segment: string): string {
  const { name, region, align, inputs, start, end, noload } = section;
  const lines: string[] = [];
  if (section.comment) lines.push(`  /* ${comment(section.comment)} */`);
  lines.push(`  ${name}${noload ? ' (NOLOAD)' : ''} : ALIGN(${align})`, '  {');
  if (start) lines.push(`    ${start} = .;`);
  for (const input of inputs) lines.push(...inputLines(input));
  const included = includeLines(map, { section: name }, '    ').trimEnd();
  if (included !== '') lines.push(included);
  if (end) lines.push(`    ${end} = .;`);
  lines.push(`  } > ${identifier(region)} :${segment}`);
  return lines.join('\n') + '\n';
}

function inputLines({ pattern, file = '*', keep, start, end, align, sort }: MapInput): string[] {
  const lines: string[] = [];
  if (align !== undefined) lines.push(`    . = ALIGN(${align});`);
  if (start) lines.push(`    ${start} = .;`);
  const by = sort && { name: 'SORT_BY_NAME', 'init-priority': 'SORT_BY_INIT_PRIORITY' }[sort];
  const names = by ? pattern.replace(/\S+/g, (one) => `${by}(${one})`) : pattern;
  lines.push(keep ? `    KEEP(${file}(${names}))` : `    ${file}(${names})`);
  if (end) lines.push(`    ${end} = .;`);
  return lines;
}

function titleComment(lines: readonly string[]): string {
  if (lines.length === 0) return '/* Written by linker-script-gen. */\n';
  return `/*\n${lines.map((line) => ` * ${comment(line)}`.trimEnd() + '\n').join('')} */\n`;
}

function flagBits(flags: string): number {
  return (flags.includes('r') ? 4 : 0) | (flags.includes('w') ? 2 : 0) | (flags.includes('x') ? 1 : 0);
}

function flagLetters(flags: string): string {
  return (
    (flags.includes('r') ? 'r' : '-') + (flags.includes('w') ? 'w' : '-') + (flags.includes('x') ? 'x' : '-')
  );
}
