/**
 * What the engine offers to programs, less what a program never names: members of built-in objects go by their names, as
 * those of the runtime do (sdk/bundle/members.ts). The engine makes them from tables, of 16 bytes for each member; an
 * entry that is blank and that nothing refers to any more is left out by the engine (runtime/native/build/patch.ts), and
 * its code by the linker.
 */
import { Elf32Rel, Elf32Rela, SHT_REL, SHT_RELA } from '../../runtime/abi/elf.js';
import { utf8Decode } from '../../runtime/abi/utf8.js';
import type { ElfFile, ElfSection, ElfSymbol } from '../elf/elf-file.js';
import { readElf } from '../elf/read.js';
import { nativeProductDamaged } from '../errors.js';
import { archiveMembers } from './archive.js';

/** Tables by the names of their variables. */
const TABLE = /^(js_\w+_(funcs|obj)|js_string_proto_normalize|rproc_\w+_funcs)$/;
/** The names that the engine knows without a program, each with a NUL behind it (quickjs-atom.h). */
const ATOMS = 'js_atom_init';

/** `JSCFunctionListEntry` of quickjs.h on a 32-bit core. */
const ENTRY = { size: 16, name: 0, type: 5, aliasOf: 8 } as const;
const JS_DEF_ALIAS = 9;

/** What the engine asks objects for by a text of its own (`JS_GetPropertyStr` in quickjs.c). */
const ASKED_BY_TEXT = ['hasIndices', 'ignoreCase', 'multiline', 'dotAll', 'sticky', 'toISOString'];

interface Entry {
  readonly name: string;
  /** The member of another name that this one is the same as. */
  readonly aliasOf?: string;
  readonly bytes: Uint8Array;
  readonly relocations: readonly Uint8Array[];
}

/** Archives and objects of an image. */
export interface EngineObjects {
  readonly files: readonly Uint8Array[];
  /** Members of built-in objects that the engine makes of them. */
  readonly members: number;
}

/**
 * `files` without the built-in members that are not in `words`, every name that the program can use; with all of them where
 * it is left out. What the language itself and the engine call stays. The inputs are left as they are.
 */
export function withNamedBuiltins(files: readonly Uint8Array[], words?: ReadonlySet<string>): EngineObjects {
  const copies = words ? files.map((bytes) => bytes.slice()) : files;
  const objects = copies
    .flatMap((bytes) => (isElf(bytes) ? [bytes] : archiveMembers(bytes).filter(isElf)))
    .map((bytes) => readElf(bytes, 'engine'));
  const entries = objects.flatMap(entriesOf);
  if (!words) return { files, members: entries.length };
  const kept = new Set([...words, ...ASKED_BY_TEXT, ...objects.flatMap(languageNames)]);
  const stays = ({ name }: Entry): boolean => name.startsWith('[') || kept.has(name);
  for (let before = -1; before < kept.size; ) {
    before = kept.size;
    for (const entry of entries) if (entry.aliasOf !== undefined && stays(entry)) kept.add(entry.aliasOf);
  }
  const left = entries.filter((entry) => !stays(entry));
  for (const { bytes, relocations } of left) {
    bytes.fill(0);
    // Without a symbol as well: linkers take a relocation of no type for a wish to keep its symbol.
    for (const relocation of relocations) relocation.fill(0);
  }
  return { files: copies, members: entries.length - left.length };
}

function isElf(bytes: Uint8Array): boolean {
  return bytes[0] === 0x7f && bytes[1] === 0x45 && bytes[2] === 0x4c && bytes[3] === 0x46;
}

/** Names of members that C code of the engine uses itself. Capitals are global objects and classes. */
function languageNames(elf: ElfFile): string[] {
  const symbol = elf.symbols.find(({ name }) => name === ATOMS);
  const section = symbol && elf.sections[symbol.sectionIndex];
  if (!section) return [];
  const from = Number(symbol.value);
  const names = utf8Decode(elf.sectionData(section).subarray(from, from + Number(symbol.size))).split('\0');
  return names.filter((name) => /^[a-z_]/.test(name));
}

function entriesOf(elf: ElfFile): Entry[] {
  const tables = elf.symbols.filter(({ name }) => TABLE.test(name));
  return tables.flatMap((table) => {
    const section = elf.sections[table.sectionIndex];
    if (!section) return [];
    const relocations = relocationsOf(elf, section);
    const data = elf.sectionData(section);
    const count = Number(table.size) / ENTRY.size;
    return Array.from({ length: count }, (_, i): Entry => {
      const from = Number(table.value) + i * ENTRY.size;
      const bytes = data.subarray(from, from + ENTRY.size);
      const own = relocations.filter(({ offset }) => offset >= from && offset < from + ENTRY.size);
      const textAt = (at: number): string => {
        const found = own.find(({ offset }) => offset === from + at);
        if (!found) throw nativeProductDamaged('libquickjs.a', `${table.name}[${i}] has no text at ${at}`);
        return stringAt(elf, found);
      };
      return {
        name: textAt(ENTRY.name),
        aliasOf: bytes[ENTRY.type] === JS_DEF_ALIAS ? textAt(ENTRY.aliasOf) : undefined,
        bytes,
        relocations: own.map(({ record }) => record),
      };
    });
  });
}

interface Relocation {
  readonly offset: number;
  readonly symbol: ElfSymbol | undefined;
  readonly addend: number;
  /** Its bytes in the file. */
  readonly record: Uint8Array;
}

function relocationsOf(elf: ElfFile, section: ElfSection): Relocation[] {
  const table = elf.sections.find(
    ({ type, info }) => (type === SHT_REL || type === SHT_RELA) && info === section.index,
  );
  if (!table) return [];
  const data = elf.sectionData(table);
  const words = elf.sectionData(section);
  const { size } = table.type === SHT_RELA ? Elf32Rela : Elf32Rel;
  return Array.from({ length: data.length / size }, (_, i) => {
    const record = data.subarray(i * size, (i + 1) * size);
    const { r_offset, r_info } = Elf32Rel.unpack(record);
    const addend = table.type === SHT_RELA ? Elf32Rela.unpack(record).r_addend : wordAt(words, r_offset);
    // The list of symbols begins behind the null symbol.
    return { offset: r_offset, symbol: elf.symbols[(r_info >>> 8) - 1], addend, record };
  });
}

function wordAt(bytes: Uint8Array, at: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(at, true);
}

/** The C string that a word points to. */
function stringAt(elf: ElfFile, { symbol, addend }: Relocation): string {
  const data = elf.sectionData(elf.sections[symbol!.sectionIndex]);
  const from = Number(symbol!.value) + addend;
  return utf8Decode(data.subarray(from, data.indexOf(0, from)));
}
