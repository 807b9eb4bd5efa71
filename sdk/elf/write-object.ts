/**
 * Writes ELF32 little-endian relocatable objects (gABI chapter 4, ELF for the Arm Architecture, RISC-V ELF
 * psABI): the inputs of a real linker. Only data and 32-bit absolute relocations, which is all that a
 * resource table and a program in `.rproc.app` need.
 */
import {
  EF_ARM_EABI_VER5,
  EI_CLASS,
  EI_DATA,
  EI_VERSION,
  ELFCLASS32,
  ELFDATA2LSB,
  Elf32Ehdr,
  Elf32Rel,
  Elf32Rela,
  Elf32Shdr,
  Elf32Sym,
  EM_ARM,
  EM_RISCV,
  ET_REL,
  R_ARM_ABS32,
  R_RISCV_32,
  SHF_ALLOC,
  SHF_INFO_LINK,
  SHF_WRITE,
  SHN_UNDEF,
  SHT_NOBITS,
  SHT_NOTE,
  SHT_NULL,
  SHT_PROGBITS,
  SHT_REL,
  SHT_RELA,
  SHT_STRTAB,
  SHT_SYMTAB,
  STB_GLOBAL,
  STT_NOTYPE,
  STT_OBJECT,
} from '../../runtime/abi/elf.js';
import type { Unpacked } from '../../runtime/abi/struct.js';
import { badObject } from '../errors.js';
import { StringTable } from './string-table.js';

/** A 32-bit word that the linker sets to `symbol + addend`. */
export interface ObjectRelocation {
  /** Byte offset of the word in its section. */
  readonly offset: number;
  readonly symbol: string;
  /** Default 0; from 0 to 0xffffffff. */
  readonly addend?: number;
}

/** A section of an object file, and which of its words the linker fills in. */
export interface ObjectSection {
  readonly name: string;
  readonly type: 'progbits' | 'nobits' | 'note';
  /** Takes part in the memory image. */
  readonly alloc: boolean;
  readonly write?: boolean;
  /** Bytes, a power of two. */
  readonly align: number;
  /** Content; not for `nobits`. */
  readonly data?: Uint8Array;
  /** Bytes of a `nobits` section. */
  readonly size?: number;
  readonly relocations?: readonly ObjectRelocation[];
}

/** A global symbol. */
export interface ObjectSymbol {
  readonly name: string;
  /** Section that it lies in; absent: undefined, another input or the script defines it. */
  readonly section?: string;
  /** Bytes from the section's start. */
  readonly value?: number;
  readonly size?: number;
}

/** What `writeObject` takes. */
export interface ObjectFile {
  readonly machine: 'arm' | 'riscv32';
  readonly sections: readonly ObjectSection[];
  readonly symbols?: readonly ObjectSymbol[];
}

const machines = {
  // ARM objects carry relocations without addends: the addend is in the word itself (AAELF32 section 5.6.1).
  arm: { code: EM_ARM, flags: EF_ARM_EABI_VER5, relocation: R_ARM_ABS32, rela: false },
  riscv32: { code: EM_RISCV, flags: 0, relocation: R_RISCV_32, rela: true },
} as const;

/** Indices from here on are reserved (gABI, `SHN_LORESERVE`). */
const SHN_LORESERVE = 0xff00;

type SectionHeader = Unpacked<typeof Elf32Shdr>;
interface Part {
  readonly header: SectionHeader;
  readonly data: Uint8Array;
}

/**
 * The object file's bytes; equal inputs give equal bytes. Symbols that relocations name and `symbols` does
 * not list become undefined globals, in order of appearance.
 * @throws ProblemError RP2003 for sections, symbols or relocations that contradict each other
 */
export function writeObject(object: ObjectFile): Uint8Array {
  const machine = machines[object.machine];
  const { sections } = object;
  const indexOf = sectionIndices(sections);
  const strings = new StringTable();
  const sectionNames = new StringTable();
  const symbols = collectSymbols(object, indexOf, strings);

  const parts: Part[] = [{ header: emptyHeader(), data: new Uint8Array(0) }];
  for (const section of sections) parts.push(contentPart(section, sectionNames, machine.rela));

  const relocated = sections.filter((section) => section.relocations?.length);
  const symtabIndex = 1 + sections.length + relocated.length;
  for (const section of relocated) {
    const words = section.relocations!.map((relocation) =>
      packRelocation(relocation, symbols.index.get(relocation.symbol)!, machine),
    );
    parts.push({
      header: {
        ...emptyHeader(),
        sh_name: sectionNames.add((machine.rela ? '.rela' : '.rel') + section.name),
        sh_type: machine.rela ? SHT_RELA : SHT_REL,
        sh_flags: SHF_INFO_LINK,
        sh_link: symtabIndex,
        sh_info: indexOf.get(section.name)!,
        sh_addralign: 4,
        sh_entsize: machine.rela ? Elf32Rela.size : Elf32Rel.size,
      },
      data: concat(words),
    });
  }

  parts.push({
    header: {
      ...emptyHeader(),
      sh_name: sectionNames.add('.symtab'),
      sh_type: SHT_SYMTAB,
      sh_link: symtabIndex + 1,
      // One past the last local symbol: only the null symbol is local.
      sh_info: 1,
      sh_addralign: 4,
      sh_entsize: Elf32Sym.size,
    },
    data: symbols.bytes,
  });
  parts.push({ header: stringHeader(sectionNames.add('.strtab')), data: strings.bytes() });
  const ownName = sectionNames.add('.shstrtab');
  parts.push({ header: stringHeader(ownName), data: sectionNames.bytes() });
  return assemble(parts, machine.code, machine.flags);
}

function sectionIndices(sections: readonly ObjectSection[]): Map<string, number> {
  const indexOf = new Map<string, number>();
  for (const section of sections) {
    const { name, type, data, size, align } = section;
    if (name === '' || name.includes('\0')) throw badObject('a section has no usable name');
    if (indexOf.has(name)) throw badObject(`two sections are named ${name}`);
    if (!isPowerOfTwo(align)) throw badObject(`${name} is aligned to ${align}, not a power of two`);
    if (type === 'nobits') {
      if (data) throw badObject(`${name} is nobits and has data`);
      if (!isWord(size ?? -1)) throw badObject(`${name} is nobits and has no size`);
      if (section.relocations?.length) throw badObject(`${name} is nobits and has relocations`);
    } else {
      if (!data) throw badObject(`${name} has no data`);
      if (size !== undefined && size !== data.length) {
        throw badObject(`${name} has ${data.length} bytes of data and a size of ${size}`);
      }
    }
    for (const { offset, addend = 0, symbol } of section.relocations ?? []) {
      if (!isWord(offset) || offset + 4 > (data?.length ?? 0)) {
        throw badObject(`the relocation at ${offset} lies outside ${name}`);
      }
      if (!isWord(addend)) throw badObject(`the addend ${addend} of ${symbol} in ${name} is not 32 bits`);
    }
    indexOf.set(name, indexOf.size + 1);
  }
  if (2 * indexOf.size + 4 >= SHN_LORESERVE) throw badObject(`${indexOf.size} sections are too many`);
  return indexOf;
}

function collectSymbols(object: ObjectFile, indexOf: Map<string, number>, strings: StringTable) {
  const index = new Map<string, number>();
  const packed: Uint8Array[] = [new Uint8Array(Elf32Sym.size)];
  const add = ({ name, section, value = 0, size = 0 }: ObjectSymbol) => {
    if (name === '' || name.includes('\0')) throw badObject('a symbol has no usable name');
    if (index.has(name)) throw badObject(`two symbols are named ${name}`);
    const at = section === undefined ? SHN_UNDEF : indexOf.get(section);
    if (at === undefined) throw badObject(`the symbol ${name} lies in ${section}, which is not there`);
    if (!isWord(value) || !isWord(size)) throw badObject(`the symbol ${name} does not fit 32 bits`);
    index.set(name, packed.length);
    packed.push(
      Elf32Sym.pack({
        st_name: strings.add(name),
        st_value: value,
        st_size: size,
        st_info: (STB_GLOBAL << 4) | (section === undefined ? STT_NOTYPE : STT_OBJECT),
        st_other: 0,
        st_shndx: at,
      }),
    );
  };
  for (const symbol of object.symbols ?? []) add(symbol);
  for (const section of object.sections) {
    for (const { symbol } of section.relocations ?? []) if (!index.has(symbol)) add({ name: symbol });
  }
  return { index, bytes: concat(packed) };
}

function contentPart(section: ObjectSection, names: StringTable, rela: boolean): Part {
  const { name, type, data = new Uint8Array(0), relocations = [] } = section;
  const content = data.slice();
  const view = new DataView(content.buffer);
  // REL keeps the addend in place; RELA ignores the word, which is zero for equal bytes on both machines.
  for (const { offset, addend = 0 } of relocations) view.setUint32(offset, rela ? 0 : addend, true);
  return {
    header: {
      ...emptyHeader(),
      sh_name: names.add(name),
      sh_type: { progbits: SHT_PROGBITS, nobits: SHT_NOBITS, note: SHT_NOTE }[type],
      sh_flags: (section.alloc ? SHF_ALLOC : 0) | (section.write ? SHF_WRITE : 0),
      sh_size: section.size ?? content.length,
      sh_addralign: section.align,
    },
    data: content,
  };
}

function packRelocation(
  { offset, addend = 0 }: ObjectRelocation,
  symbol: number,
  machine: (typeof machines)[keyof typeof machines],
): Uint8Array {
  const r_info = ((symbol << 8) | machine.relocation) >>> 0;
  if (machine.rela) return Elf32Rela.pack({ r_offset: offset, r_info, r_addend: addend });
  return Elf32Rel.pack({ r_offset: offset, r_info });
}

/** Header, then each section's bytes at its alignment, then the section header table. */
function assemble(parts: readonly Part[], machine: number, flags: number): Uint8Array {
  let end: number = Elf32Ehdr.size;
  for (const { header, data } of parts) {
    if (header.sh_type === SHT_NULL) continue;
    end = alignUp(end, header.sh_addralign);
    header.sh_offset = end;
    end += data.length;
    if (header.sh_type !== SHT_NOBITS) header.sh_size = data.length;
  }
  const e_shoff = alignUp(end, 4);
  const e_ident = new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  e_ident[EI_CLASS] = ELFCLASS32;
  e_ident[EI_DATA] = ELFDATA2LSB;
  e_ident[EI_VERSION] = 1;

  const file = new Uint8Array(e_shoff + parts.length * Elf32Shdr.size);
  file.set(
    Elf32Ehdr.pack({
      e_ident,
      e_type: ET_REL,
      e_machine: machine,
      e_version: 1,
      e_entry: 0,
      e_phoff: 0,
      e_shoff,
      e_flags: flags,
      e_ehsize: Elf32Ehdr.size,
      e_phentsize: 0,
      e_phnum: 0,
      e_shentsize: Elf32Shdr.size,
      e_shnum: parts.length,
      e_shstrndx: parts.length - 1,
    }),
  );
  parts.forEach(({ header, data }, i) => {
    file.set(data, header.sh_offset);
    file.set(Elf32Shdr.pack(header), e_shoff + i * Elf32Shdr.size);
  });
  return file;
}

function emptyHeader(): SectionHeader {
  return {
    sh_name: 0,
    sh_type: SHT_NULL,
    sh_flags: 0,
    sh_addr: 0,
    sh_offset: 0,
    sh_size: 0,
    sh_link: 0,
    sh_info: 0,
    sh_addralign: 0,
    sh_entsize: 0,
  };
}

function stringHeader(name: number): SectionHeader {
  return { ...emptyHeader(), sh_name: name, sh_type: SHT_STRTAB, sh_addralign: 1 };
}

function concat(chunks: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}

function alignUp(value: number, align: number): number {
  return Math.ceil(value / align) * align;
}

function isWord(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= 0xffffffff;
}

function isPowerOfTwo(value: number): boolean {
  return isWord(value) && value > 0 && (value & (value - 1)) === 0;
}
