/** An inspection as text for people. */
import { SECTION_PROGRAM } from '../../runtime/abi/app.js';
import { FW_RSC_ADDR_ANY } from '../../runtime/abi/resource-table.js';
import { columns, readableSize } from '../text/columns.js';
import type {
  AppInspection,
  BytecodeInspection,
  EntryInspection,
  FieldInspection,
  HeaderInspection,
  Inspection,
  PlacementInspection,
  SourcesInspection,
  TableInspection,
} from './inspection.js';

const ANY = '0x' + FW_RSC_ADDR_ANY.toString(16);

/** What `rproc inspect` prints: ends with a line break. Text from the file has no control characters left. */
export function formatInspection(raw: Inspection): string {
  const inspection = printable(raw);
  const { header, damage } = inspection;
  const parts = [
    `${inspection.file}: ${header.class} ${header.machine} ${header.type}, ${inspection.size} bytes, entry ${header.entry}\n`,
    ownLines(inspection),
    'Header\n' + columns(headerRows(header), { indent: '  ' }),
    segmentLines(inspection),
    sectionLines(inspection),
    inspection.resourceTable
      ? tableLines(inspection.resourceTable)
      : 'Resource table: none (no section is called .resource_table)\n',
  ];
  if (inspection.app) parts.push(appLines(inspection.app));
  if (inspection.sources) parts.push(sourceLines(inspection.sources));
  if (inspection.notes.length > 0) parts.push(noteLines(inspection));
  if (damage.length > 0) parts.push('Damage\n' + damage.map((line) => `  ${line}\n`).join(''));
  return parts.filter((part) => part !== '').join('\n');
}

function ownLines(inspection: Inspection): string {
  const { rproc, buildId } = inspection;
  const rows: string[][] = [];
  if (rproc) {
    rows.push(['board', rproc.board], ['SDK', rproc.sdk], ['engine', rproc.engine]);
    if (rproc.profile) rows.push(['engine profile', rproc.profile]);
    rows.push(['runs on', runsOn(inspection)]);
  }
  if (buildId) rows.push(['build id', buildId]);
  return columns(rows);
}

function runsOn({ rproc, app }: Inspection): string {
  if (!rproc?.native) return 'simulated cores only';
  // A simulated core runs the text beside the bytecode.
  const text = !app?.bytecode || app.bytecode.source === 'there';
  return text ? 'the core itself and simulated cores' : 'the core itself and emulated ones';
}

function headerRows(header: HeaderInspection): string[][] {
  const { typeCode, machineCode, phnum, phoff, phentsize, shnum, shoff, shentsize } = header;
  return [
    ['ident', header.ident],
    ['class, data', `${header.class}, ${header.data}, version ${header.identVersion}`],
    ['OS/ABI', `${header.osabi}, version ${header.abiVersion}`],
    ['type', `${header.type} (${typeCode}), version ${header.version}`],
    ['machine', `${header.machine} (${machineCode}), flags ${header.flags}`],
    ['entry', header.entry],
    ['header', `${header.ehsize} bytes`],
    ['program headers', `${phnum} of ${phentsize} bytes at ${phoff}`],
    ['section headers', `${shnum} of ${shentsize} bytes at ${shoff}, names in ${header.shstrndx}`],
  ];
}

function segmentLines({ segments }: Inspection): string {
  if (segments.length === 0) return 'Segments: none\n';
  const rows = segments.map((segment) => [
    segment.index,
    segment.type,
    segment.offset,
    segment.vaddr,
    segment.paddr,
    segment.filesz,
    segment.memsz,
    segment.flags,
    segment.align,
    segment.sections.join(' '),
  ]);
  const heading = ['#', 'type', 'offset', 'vaddr', 'paddr', 'filesz', 'memsz', 'flags', 'align', 'sections'];
  return 'Segments\n' + columns([heading, ...rows], { right: [0, 2, 5, 6, 8], indent: '  ' });
}

function sectionLines({ sections }: Inspection): string {
  if (sections.length === 0) return 'Sections: none\n';
  const rows = sections.map(({ index, name, type, addr, offset, size, flags, align }) => [
    index,
    name,
    type,
    addr,
    offset,
    size,
    flags,
    align,
  ]);
  const heading = ['#', 'name', 'type', 'addr', 'offset', 'size', 'flags', 'align'];
  return 'Sections\n' + columns([heading, ...rows], { right: [0, 4, 5, 7], indent: '  ' });
}

function placementText(part: PlacementInspection): string {
  const where = `${part.section} at ${part.address}, ${part.size} bytes at file offset ${part.offset}`;
  const loading = part.loaded
    ? `, segment ${part.segment}` + (part.loadAddressMatches ? '' : `, but loaded to ${part.loadAddress}`)
    : ', in no loaded segment';
  return where + loading + (part.aligned ? '' : ', not aligned to 16 bytes');
}

function tableLines(table: TableInspection): string {
  let text = `Resource table\n  ${placementText(table)}\n`;
  if (table.sectionType !== 'PROGBITS') text += `  the section is ${table.sectionType}, not PROGBITS\n`;
  if (table.num !== null)
    text += `  version ${table.ver}, ${table.num} entries, ${table.usedBytes} bytes used\n`;
  if (table.problem) text += `  Linux refuses it: ${table.problem}\n`;
  for (const entry of table.entries) text += entryLines(entry);
  const left = (table.num ?? 0) - table.entries.length;
  if (left > 0 && !table.problem) text += `  ${left} more entries are not shown\n`;
  return text;
}

function entryLines(entry: EntryInspection): string {
  const code = entry.type === 'vendor' || entry.type === 'unknown' ? ` type ${entry.typeCode}` : '';
  const size = entry.size === null ? '' : `, ${entry.size} bytes`;
  let text = `  [${entry.index}] ${entry.type ?? 'entry'}${code} at ${entry.offset}${size}\n`;
  if (entry.problem) text += `      Linux: ${entry.problem}\n`;
  // The type word is in the heading.
  text += columns(entry.fields.slice(1).map(fieldRow), { right: [0], indent: '      ' });
  for (const vring of entry.vrings) {
    const { ringBytes, pageBytes } = vring;
    const rounded = ringBytes === null ? 'size not computable' : `${ringBytes} bytes, ${pageBytes} in pages`;
    text += `      vring ${vring.index}: ${rounded}\n`;
    text += columns(vring.fields.map(fieldRow), { right: [0], indent: '        ' });
  }
  for (const [name, part] of Object.entries({ config: entry.config, payload: entry.payload })) {
    if (part) text += `      ${name}, ${part.length} bytes at ${part.offset}: ${part.hex}\n`;
  }
  return text;
}

function fieldRow({ offset, name, value }: FieldInspection): (string | number)[] {
  if (value === ANY) return [offset, name, `${value} (any)`];
  if (name === 'len' && typeof value === 'number') return [offset, name, `${value} (${readableSize(value)})`];
  return [offset, name, typeof value === 'object' ? value.join(' ') : value];
}

function appLines(app: AppInspection): string {
  let text = `App\n  ${placementText(app)}\n`;
  if (app.problem) text += `  problem: ${app.problem}\n`;
  if (app.kind === null) return text;
  const rows = [
    [
      'program',
      `${app.engine} ${app.kind}, ${app.length} bytes (header ${app.headerLength}, version ${app.version})`,
    ],
    ['CRC-32', `${app.crc32} ${app.crcOk ? 'ok' : 'WRONG'}`],
    ['table', `${app.tableAddress}, ${app.tableLength} bytes`],
  ];
  if (app.bytecode) rows.push(...bytecodeRows(app.bytecode));
  return text + columns(rows, { indent: '  ' });
}

function bytecodeRows({ engineHash, sourceHash, source, sourceBytes }: BytecodeInspection): string[][] {
  const text = {
    there: `${sourceBytes} bytes in ${SECTION_PROGRAM}, for cores that run source`,
    none: `not in the image: only native cores run it`,
    'of another program': `${SECTION_PROGRAM} holds the text of another program: only native cores run this one`,
  };
  return [
    ['engine build', engineHash],
    ['source hash', sourceHash],
    ['source', text[source]],
  ];
}

function sourceLines({ section, size, problem, files }: SourcesInspection): string {
  const heading = `Sources\n  ${section}, ${size} bytes, ${files.length} files\n`;
  if (problem) return `${heading}  problem: ${problem}\n`;
  return (
    heading +
    columns([['path', 'bytes'], ...files.map(({ path, size: bytes }) => [path, bytes])], {
      ...{ right: [1], indent: '  ' },
    })
  );
}

function noteLines({ notes }: Inspection): string {
  const rows = notes.map(({ holder, name, type, length }) => [holder, name, type, length]);
  return 'Notes\n' + columns([['in', 'owner', 'type', 'bytes'], ...rows], { right: [2, 3], indent: '  ' });
}

/** Names come from the file: they must neither steer the terminal nor look like lines of ours. */
export function printable<T>(value: T): T {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  const unsafe = /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g;
  const clean = (_key: string, part: unknown) =>
    typeof part === 'string' ? part.replace(unsafe, '?') : part;
  return JSON.parse(JSON.stringify(value, clean));
}
