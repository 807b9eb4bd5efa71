/**
 * Reads any little-endian ELF32 or ELF64 file (gABI; `include/uapi/linux/elf.h`). Every count, offset and size
 * is checked against the file before use, so a damaged image is described rather than trusted.
 */
import {
  EI_CLASS,
  EI_DATA,
  ELFCLASS32,
  ELFCLASS64,
  ELFDATA2LSB,
  Elf32Ehdr,
  Elf32Phdr,
  Elf32Shdr,
  Elf64Ehdr,
  Elf64Phdr,
  Elf64Shdr,
  SHT_NOBITS,
} from '../../runtime/abi/elf.js';
import { elfPartOutOfBounds, elfTooSmall, notElf, unsupportedElf } from '../errors.js';
import { Damage } from './damage.js';
import type { ElfFile, ElfHeader, ElfNote, ElfSection, ElfSegment, ElfSymbol } from './elf-file.js';
import { readNotes } from './read-notes.js';
import { readSymbols } from './read-symbols.js';
import { StringReader } from './strings.js';

/** Counts that do not fit the header are in section 0 (gABI, "Extended section header"). */
const PN_XNUM = 0xffff;
const SHN_XINDEX = 0xffff;

/**
 * @param file name for messages
 * @throws ProblemError RP3001 not ELF, RP3002 shorter than its header, RP3003 unknown class or byte order
 */
export function readElf(bytes: Uint8Array, file: string): ElfFile {
  const elfClass = checkIdent(bytes, file);
  const formats = elfClass === 32 ? elf32 : elf64;
  const damage = new Damage();
  const header = readHeader(formats.header.unpack(bytes));
  const rawSections = readRawSections(bytes, header, formats, damage);
  const extended = rawSections[0];
  const phnum = header.phnum === PN_XNUM && extended ? extended.info : header.phnum;
  const shstrndx = header.shstrndx === SHN_XINDEX && extended ? extended.link : header.shstrndx;
  const segments = readSegments(bytes, header, phnum, formats, damage);
  const sections = nameSections(bytes, rawSections, shstrndx, damage);
  for (const segment of segments) {
    if (!inside(bytes, segment.offset, segment.filesz)) {
      damage.add(
        `segment ${segment.index}: its ${segment.filesz} bytes at ${segment.offset} exceed the file`,
      );
    }
  }
  for (const section of sections) {
    const { index, name, type, offset, size } = section;
    if (type !== SHT_NOBITS && type !== 0 && !inside(bytes, offset, size)) {
      damage.add(`section ${index} (${name}): its ${size} bytes at ${offset} exceed the file`);
    }
  }

  let symbols: readonly ElfSymbol[] | undefined;
  let notes: readonly ElfNote[] | undefined;
  const elf: ElfFile = {
    file,
    bytes,
    class: elfClass,
    header,
    segments,
    sections,
    get symbols() {
      symbols ??= readSymbols(elf, damage);
      return symbols;
    },
    get notes() {
      notes ??= readNotes(elf, damage);
      return notes;
    },
    get damage() {
      return damage.messages;
    },
    sectionData(section) {
      if (section.type === SHT_NOBITS) return bytes.subarray(0, 0);
      const part = slice(bytes, section.offset, section.size);
      if (!part) throw elfPartOutOfBounds(file, `section ${section.index} (${section.name})`);
      return part;
    },
    segmentData(segment) {
      const part = slice(bytes, segment.offset, segment.filesz);
      if (!part) throw elfPartOutOfBounds(file, `segment ${segment.index}`);
      return part;
    },
  };
  return elf;
}

const elf32 = { header: Elf32Ehdr, segment: Elf32Phdr, section: Elf32Shdr };
const elf64 = { header: Elf64Ehdr, segment: Elf64Phdr, section: Elf64Shdr };
type Formats = typeof elf32 | typeof elf64;
type RawSection = Omit<ElfSection, 'name'> & { readonly nameAt: number };

/** The order of checks is that of `rproc_elf_sanity_check()`, except that the magic needs only four bytes. */
function checkIdent(bytes: Uint8Array, file: string): 32 | 64 {
  const magic = [0x7f, 0x45, 0x4c, 0x46];
  if (bytes.length < 4) throw notElf(file, `it has ${bytes.length} bytes`);
  if (magic.some((byte, i) => bytes[i] !== byte)) throw notElf(file, 'it does not start with 7f 45 4c 46');
  if (bytes.length < Elf32Ehdr.size) throw elfTooSmall(file, bytes.length, Elf32Ehdr.size);
  const elfClass = bytes[EI_CLASS];
  if (elfClass !== ELFCLASS32 && elfClass !== ELFCLASS64) {
    throw unsupportedElf(file, `class ${elfClass}`, `Unsupported class: ${elfClass}`);
  }
  if (elfClass === ELFCLASS64 && bytes.length < Elf64Ehdr.size) {
    throw elfTooSmall(file, bytes.length, Elf64Ehdr.size);
  }
  if (bytes[EI_DATA] !== ELFDATA2LSB) {
    const order = bytes[EI_DATA] === 2 ? 'big-endian data' : `byte order ${bytes[EI_DATA]}`;
    throw unsupportedElf(file, order, 'Unsupported firmware endianness');
  }
  return elfClass === ELFCLASS32 ? 32 : 64;
}

function readHeader(raw: ReturnType<Formats['header']['unpack']>): ElfHeader {
  return {
    ident: raw.e_ident,
    osabi: raw.e_ident[7],
    abiVersion: raw.e_ident[8],
    type: raw.e_type,
    machine: raw.e_machine,
    version: raw.e_version,
    entry: BigInt(raw.e_entry),
    phoff: BigInt(raw.e_phoff),
    shoff: BigInt(raw.e_shoff),
    flags: raw.e_flags,
    ehsize: raw.e_ehsize,
    phentsize: raw.e_phentsize,
    phnum: raw.e_phnum,
    shentsize: raw.e_shentsize,
    shnum: raw.e_shnum,
    shstrndx: raw.e_shstrndx,
  };
}

/**
 * How many of `count` table entries lie whole in the file. The stride is the class's struct size, as in the
 * kernel, which never looks at e_phentsize and e_shentsize.
 */
function wholeEntries(
  bytes: Uint8Array,
  table: string,
  at: bigint,
  count: number,
  stride: number,
  damage: Damage,
) {
  if (at > BigInt(bytes.length)) {
    if (count > 0) damage.add(`the ${table} table at ${at} lies beyond the end of the file`);
    return 0;
  }
  const fit = Math.floor((bytes.length - Number(at)) / stride);
  if (fit < count) damage.add(`the ${table} table is cut off: ${count} entries, ${fit} are in the file`);
  return Math.min(fit, count);
}

function readRawSections(bytes: Uint8Array, header: ElfHeader, formats: Formats, damage: Damage) {
  const sections: RawSection[] = [];
  if (header.shoff === 0n) {
    if (header.shnum > 0)
      damage.add(`${header.shnum} sections are declared, the section table has no offset`);
    return sections;
  }
  const stride = formats.section.size;
  const read = (index: number): RawSection => {
    const raw = formats.section.unpack(bytes, Number(header.shoff) + index * stride);
    return {
      index,
      nameAt: raw.sh_name,
      type: raw.sh_type,
      flags: BigInt(raw.sh_flags),
      addr: BigInt(raw.sh_addr),
      offset: BigInt(raw.sh_offset),
      size: BigInt(raw.sh_size),
      link: raw.sh_link,
      info: raw.sh_info,
      align: BigInt(raw.sh_addralign),
      entsize: BigInt(raw.sh_entsize),
    };
  };
  let count = header.shnum;
  if (count === 0 && header.shoff + BigInt(stride) <= BigInt(bytes.length)) {
    const { size } = read(0);
    count = size > BigInt(bytes.length) ? bytes.length : Number(size);
  }
  if (count > 0 && header.shentsize !== stride) {
    damage.add(
      `section headers are said to have ${header.shentsize} bytes; read as ${stride}, as Linux does`,
    );
  }
  const fit = wholeEntries(bytes, 'section header', header.shoff, count, stride, damage);
  for (let i = 0; i < fit; i++) sections.push(read(i));
  return sections;
}

function readSegments(
  bytes: Uint8Array,
  header: ElfHeader,
  phnum: number,
  formats: Formats,
  damage: Damage,
): ElfSegment[] {
  const stride = formats.segment.size;
  if (phnum > 0 && header.phentsize !== stride) {
    damage.add(
      `program headers are said to have ${header.phentsize} bytes; read as ${stride}, as Linux does`,
    );
  }
  const segments: ElfSegment[] = [];
  const fit = wholeEntries(bytes, 'program header', header.phoff, phnum, stride, damage);
  for (let index = 0; index < fit; index++) {
    const raw = formats.segment.unpack(bytes, Number(header.phoff) + index * stride);
    segments.push({
      index,
      type: raw.p_type,
      flags: raw.p_flags,
      offset: BigInt(raw.p_offset),
      vaddr: BigInt(raw.p_vaddr),
      paddr: BigInt(raw.p_paddr),
      filesz: BigInt(raw.p_filesz),
      memsz: BigInt(raw.p_memsz),
      align: BigInt(raw.p_align),
    });
  }
  return segments;
}

function nameSections(
  bytes: Uint8Array,
  raw: readonly RawSection[],
  shstrndx: number,
  damage: Damage,
): ElfSection[] {
  let names: StringReader | undefined;
  if (raw.length > 0 && shstrndx !== 0) {
    const table = raw[shstrndx];
    const text = table && slice(bytes, table.offset, table.size);
    if (text) names = new StringReader(text, damage);
    else damage.add(`section names: string table ${shstrndx} is not in the file`);
  }
  return raw.map(({ nameAt, ...section }) => ({
    ...section,
    name: names?.read(nameAt, `the name of section ${section.index}`) ?? '',
  }));
}

function inside(bytes: Uint8Array, offset: bigint, size: bigint): boolean {
  return offset + size <= BigInt(bytes.length);
}

function slice(bytes: Uint8Array, offset: bigint, size: bigint): Uint8Array | undefined {
  if (!inside(bytes, offset, size)) return undefined;
  return bytes.subarray(Number(offset), Number(offset + size));
}
