/** `rproc inspect`: what is in an image, of any vendor. */
import { hex } from '../../runtime/abi/address.js';
import { SECTION_APP, SECTION_SOURCE, SECTION_TABLE } from '../../runtime/abi/app.js';
import {
  EI_VERSION,
  NT_GNU_BUILD_ID,
  PT_LOAD,
  SHF_ALLOC,
  SHT_NOBITS,
  SHT_NULL,
} from '../../runtime/abi/elf.js';
import { utf8Decode } from '../../runtime/abi/utf8.js';
import type { ElfFile, ElfNote, ElfSection, ElfSegment } from '../elf/elf-file.js';
import { GNU_NOTE_NAME, RPROC_NOTE_NAME, RPROC_NOTE_TYPE } from '../elf/notes.js';
import { readElf } from '../elf/read.js';
import { inspectApp } from './app.js';
import type { HeaderInspection, Inspection, SectionInspection, SegmentInspection } from './inspection.js';
import {
  fileTypeName,
  machineName,
  sectionFlagLetters,
  sectionTypeName,
  segmentFlagLetters,
  segmentTypeName,
} from './names.js';
import { shownHex } from './placement.js';
import { inspectSources } from './sources.js';
import { inspectTable } from './table.js';

/**
 * @param file name for messages and the result
 * @throws ProblemError RP3001, RP3002, RP3003 when the file is no little-endian ELF; all other damage is reported
 * in the result
 */
export function inspectElf(bytes: Uint8Array, file: string): Inspection {
  const elf = readElf(bytes, file);
  // The first section of the name is decisive, as in find_table().
  const table = elf.sections.find((section) => section.name === SECTION_TABLE);
  const app = elf.sections.find((section) => section.name === SECTION_APP);
  const sources = elf.sections.find((section) => section.name === SECTION_SOURCE);
  const { notes } = elf;
  const buildId = notes.find(({ name, type }) => name === GNU_NOTE_NAME && type === NT_GNU_BUILD_ID);
  return {
    file,
    size: bytes.length,
    header: inspectHeader(elf),
    segments: inspectSegments(elf),
    sections: elf.sections.map((section) => inspectSection(elf, section)),
    resourceTable: table ? inspectTable(elf, table) : null,
    app: app ? inspectApp(elf, app) : null,
    notes: notes.map(({ holder, name, type, desc }) => ({
      holder,
      name,
      type,
      length: desc.length,
      hex: shownHex(desc),
    })),
    buildId: buildId ? shownHex(buildId.desc) : null,
    rproc: ownNote(notes),
    sources: sources ? inspectSources(elf, sources) : null,
    damage: elf.damage,
  };
}

function inspectHeader({ header, class: elfClass }: ElfFile): HeaderInspection {
  return {
    ident: shownHex(header.ident),
    class: elfClass === 32 ? 'ELF32' : 'ELF64',
    data: 'little-endian',
    identVersion: header.ident[EI_VERSION],
    osabi: header.osabi,
    abiVersion: header.abiVersion,
    type: fileTypeName(header.type),
    typeCode: header.type,
    machine: machineName(header.machine),
    machineCode: header.machine,
    version: header.version,
    entry: hex(header.entry),
    phoff: Number(header.phoff),
    shoff: Number(header.shoff),
    flags: hex(header.flags),
    ehsize: header.ehsize,
    phentsize: header.phentsize,
    phnum: header.phnum,
    shentsize: header.shentsize,
    shnum: header.shnum,
    shstrndx: header.shstrndx,
  };
}

function inspectSegments(elf: ElfFile): SegmentInspection[] {
  const placed = elf.sections.filter(({ type, size }) => type !== SHT_NULL && size > 0n);
  let budget = MAX_PAIRS;
  return elf.segments.map((segment) => {
    const sections: string[] = [];
    for (const section of placed) {
      if (budget-- <= 0) break;
      if (liesIn(section, segment)) sections.push(section.name);
    }
    return {
      index: segment.index,
      type: segmentTypeName(segment.type, elf.header.machine),
      typeCode: segment.type,
      offset: Number(segment.offset),
      vaddr: hex(segment.vaddr),
      paddr: hex(segment.paddr),
      filesz: Number(segment.filesz),
      memsz: Number(segment.memsz),
      flags: segmentFlagLetters(segment.flags),
      flagsCode: segment.flags,
      align: Number(segment.align),
      sections,
    };
  });
}

/** Pairs of segments and sections looked at: a hostile file can have billions of them. */
const MAX_PAIRS = 2 ** 21;
const SHF_TLS = 0x400n;
/** Segments of addresses only: PT_LOAD, PT_DYNAMIC, PT_TLS, PT_GNU_EH_FRAME, PT_GNU_STACK, PT_GNU_RELRO. */
const MEMORY_SEGMENTS = [PT_LOAD, 2, 7, 0x6474e550, 0x6474e551, 0x6474e552];

function liesIn(section: ElfSection, segment: ElfSegment): boolean {
  // Thread-local zeros take no memory of the image (gABI, PT_TLS).
  if (section.flags & SHF_TLS && section.type === SHT_NOBITS && segment.type === PT_LOAD) return false;
  const inFile =
    section.offset >= segment.offset && section.offset + section.size <= segment.offset + segment.filesz;
  if (!(section.flags & BigInt(SHF_ALLOC))) {
    // Descriptive segments may cover sections that take no memory (PT_RISCV_ATTRIBUTES).
    return section.type !== SHT_NOBITS && !MEMORY_SEGMENTS.includes(segment.type) && inFile;
  }
  const from = section.addr - segment.vaddr;
  if (from < 0n || from + section.size > segment.memsz) return false;
  return section.type === SHT_NOBITS || inFile;
}

function inspectSection(elf: ElfFile, section: ElfSection): SectionInspection {
  return {
    index: section.index,
    name: section.name,
    type: sectionTypeName(section.type, elf.header.machine),
    typeCode: section.type,
    flags: sectionFlagLetters(section.flags),
    flagsCode: hex(section.flags),
    addr: hex(section.addr),
    offset: Number(section.offset),
    size: Number(section.size),
    link: section.link,
    info: section.info,
    align: Number(section.align),
    entsize: Number(section.entsize),
  };
}

/** A note that does not hold what ours holds is somebody else's or damaged: it is listed, not interpreted. */
function ownNote(notes: readonly ElfNote[]): Inspection['rproc'] {
  const note = notes.find(({ name, type }) => name === RPROC_NOTE_NAME && type === RPROC_NOTE_TYPE);
  if (!note) return null;
  let value: Record<string, unknown>;
  try {
    value = JSON.parse(utf8Decode(note.desc));
  } catch {
    return null;
  }
  const { board, sdk, engine, native, profile } = value ?? {};
  const texts = typeof board === 'string' && typeof sdk === 'string' && typeof engine === 'string';
  if (!texts || typeof native !== 'boolean') return null;
  const known = profile === 'small' || profile === 'full';
  return { board, sdk, engine, native, ...(known ? { profile } : {}) };
}
