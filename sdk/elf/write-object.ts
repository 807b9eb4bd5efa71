/**
 * Writes little-endian relocatable objects, ELF32 and ELF64 (gABI chapter 4, ELF for the Arm Architecture and for
 * the Arm 64-bit Architecture, RISC-V ELF psABI): the inputs of a real linker. Only data and absolute relocations,
 * which is all that a resource table and a program in `.rproc.app` need.
 */
import {
  SHF_ALLOC,
  SHF_INFO_LINK,
  SHF_WRITE,
  SHT_NOBITS,
  SHT_NOTE,
  SHT_PROGBITS,
  SHT_REL,
  SHT_RELA,
  SHT_STRTAB,
  SHT_SYMTAB,
} from '../../runtime/abi/elf.js';
import { type ObjectFile, type ObjectSection, sectionIndices } from './object-file.js';
import { concat, emptyHeader, layOut, type Part } from './object-layout.js';
import { type MachineFormat, objectMachines } from './object-machines.js';
import { type Records, recordsOf } from './object-records.js';
import { collectSymbols, type SymbolTable } from './object-symbols.js';
import { StringTable } from './string-table.js';

export type { ObjectFile, ObjectRelocation, ObjectSection, ObjectSymbol } from './object-file.js';
export type { ObjectMachine } from './object-machines.js';

/**
 * The object file's bytes; equal inputs give equal bytes. Symbols that relocations name and `symbols` does
 * not list become undefined globals, in order of appearance.
 * @throws ProblemError RP2003 for sections, symbols or relocations that contradict each other
 */
export function writeObject(object: ObjectFile): Uint8Array {
  const machine = objectMachines[object.machine];
  const records = recordsOf(machine.class);
  const { sections } = object;
  const indexOf = sectionIndices(object);
  const strings = new StringTable();
  const sectionNames = new StringTable();
  const symbols = collectSymbols(object, indexOf, strings);

  const parts: Part[] = [{ header: emptyHeader(), data: new Uint8Array(0) }];
  for (const section of sections) parts.push(contentPart(section, sectionNames, machine.rela));

  const relocated = sections.filter((section) => section.relocations?.length);
  const symtabIndex = 1 + sections.length + relocated.length;
  for (const section of relocated) {
    parts.push({
      header: {
        ...emptyHeader(),
        sh_name: sectionNames.add((machine.rela ? '.rela' : '.rel') + section.name),
        sh_type: machine.rela ? SHT_RELA : SHT_REL,
        sh_flags: SHF_INFO_LINK,
        sh_link: symtabIndex,
        sh_info: indexOf.get(section.name)!,
        sh_addralign: records.align,
        sh_entsize: machine.rela ? records.sizes.rela : records.sizes.rel,
      },
      data: relocationTable(section, symbols, machine, records),
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
      sh_addralign: records.align,
      sh_entsize: records.sizes.symbol,
    },
    data: concat([
      new Uint8Array(records.sizes.symbol),
      ...symbols.records.map((symbol) => records.symbol(symbol)),
    ]),
  });
  parts.push(stringPart(sectionNames.add('.strtab'), strings));
  parts.push(stringPart(sectionNames.add('.shstrtab'), sectionNames));
  return layOut(parts, machine, records);
}

function contentPart(section: ObjectSection, names: StringTable, rela: boolean): Part {
  const { name, type, data = new Uint8Array(0), relocations = [] } = section;
  const content = data.slice();
  const view = new DataView(content.buffer);
  // REL keeps the addend in place; RELA ignores the word, which is zero for equal bytes on all machines.
  for (const { offset, addend = 0, size = 4 } of relocations) {
    view.setUint32(offset, rela ? 0 : addend, true);
    if (size === 8) view.setUint32(offset + 4, 0, true);
  }
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

function relocationTable(
  { relocations = [] }: ObjectSection,
  { index }: SymbolTable,
  machine: MachineFormat,
  records: Records,
): Uint8Array {
  return concat(
    relocations.map(({ offset, symbol, addend = 0, size = 4 }) => {
      const record = { offset, symbol: index.get(symbol)!, type: machine.relocations[size]!, addend };
      return machine.rela ? records.rela(record) : records.rel(record);
    }),
  );
}

function stringPart(name: number, strings: StringTable): Part {
  return {
    header: { ...emptyHeader(), sh_name: name, sh_type: SHT_STRTAB, sh_addralign: 1 },
    data: strings.bytes(),
  };
}
