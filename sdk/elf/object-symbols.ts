import { SHN_UNDEF, STB_GLOBAL, STT_NOTYPE, STT_OBJECT } from '../../runtime/abi/elf.js';
import { badObject } from '../errors.js';
import { isWord, type ObjectFile, type ObjectSymbol } from './object-file.js';
import type { SymbolRecord } from './object-records.js';
import type { StringTable } from './string-table.js';

export interface SymbolTable {
  /** By name; the null symbol is 0. */
  readonly index: ReadonlyMap<string, number>;
  /** Without the null symbol. */
  readonly records: readonly SymbolRecord[];
}

/**
 * The symbols in order: those that are listed, then those that relocations name, as undefined globals. Names go
 * to `strings`. Throws ProblemError RP2003.
 */
export function collectSymbols(
  object: ObjectFile,
  indexOf: ReadonlyMap<string, number>,
  strings: StringTable,
): SymbolTable {
  const index = new Map<string, number>();
  const records: SymbolRecord[] = [];
  const add = ({ name, section, value = 0, size = 0 }: ObjectSymbol) => {
    if (name === '' || name.includes('\0')) throw badObject('a symbol has no usable name');
    if (index.has(name)) throw badObject(`two symbols are named ${name}`);
    const at = section === undefined ? SHN_UNDEF : indexOf.get(section);
    if (at === undefined) throw badObject(`the symbol ${name} lies in ${section}, which is not there`);
    if (!isWord(value) || !isWord(size)) throw badObject(`the symbol ${name} does not fit 32 bits`);
    records.push({
      st_name: strings.add(name),
      st_value: value,
      st_size: size,
      st_info: (STB_GLOBAL << 4) | (section === undefined ? STT_NOTYPE : STT_OBJECT),
      st_other: 0,
      st_shndx: at,
    });
    index.set(name, records.length);
  };
  for (const symbol of object.symbols ?? []) add(symbol);
  for (const section of object.sections) {
    for (const { symbol } of section.relocations ?? []) if (!index.has(symbol)) add({ name: symbol });
  }
  return { index, records };
}
