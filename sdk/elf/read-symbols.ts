import { Elf32Sym, Elf64Sym, SHT_SYMTAB } from '../../runtime/abi/elf.js';
import type { Damage } from './damage.js';
import type { ElfFile, ElfSymbol } from './elf-file.js';
import { StringReader } from './strings.js';

/** The symbols of the first `.symtab`, the null symbol left out; empty when there is none or it is damaged. */
export function readSymbols(elf: ElfFile, damage: Damage): ElfSymbol[] {
  const table = elf.sections.find((section) => section.type === SHT_SYMTAB);
  if (!table) return [];
  const data = dataOf(elf, table.index);
  const text = dataOf(elf, table.link);
  const names = text && new StringReader(text, damage);
  if (!data) return [];
  if (!names) damage.add(`the symbol names in section ${table.link} are not in the file`);
  const format = elf.class === 32 ? Elf32Sym : Elf64Sym;
  if (data.length % format.size !== 0) damage.add('the symbol table ends inside a symbol');
  const symbols: ElfSymbol[] = [];
  for (let at = format.size; at + format.size <= data.length; at += format.size) {
    const raw = format.unpack(data, at);
    const what = `the name of symbol ${at / format.size}`;
    symbols.push({
      name: names?.read(raw.st_name, what) ?? '',
      value: BigInt(raw.st_value),
      size: BigInt(raw.st_size),
      binding: raw.st_info >> 4,
      type: raw.st_info & 15,
      sectionIndex: raw.st_shndx,
    });
  }
  return symbols;
}

/** Out-of-bounds sections are in the damage list already. */
function dataOf(elf: ElfFile, index: number): Uint8Array | undefined {
  const section = elf.sections[index];
  if (!section || section.offset + section.size > BigInt(elf.bytes.length)) return undefined;
  return elf.sectionData(section);
}
