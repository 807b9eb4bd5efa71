/** What a relocatable object is made of, and what is refused. */
import { badObject } from '../errors.js';
import { type ObjectMachine, objectMachines } from './object-machines.js';

/** A word that the linker sets to `symbol + addend`. */
export interface ObjectRelocation {
  /** Byte offset of the word in its section. */
  readonly offset: number;
  readonly symbol: string;
  /** Default 0; from 0 to 0xffffffff. */
  readonly addend?: number;
  /** Bytes of the word: 4 when left out; 8 on 64-bit machines only. */
  readonly size?: 4 | 8;
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
  readonly machine: ObjectMachine;
  readonly sections: readonly ObjectSection[];
  readonly symbols?: readonly ObjectSymbol[];
}

/** Indices from here on are reserved (gABI, `SHN_LORESERVE`). */
const SHN_LORESERVE = 0xff00;

/** Section header indices by name; throws ProblemError RP2003 for sections that cannot be written. */
export function sectionIndices({ machine, sections }: ObjectFile): Map<string, number> {
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
    for (const relocation of section.relocations ?? []) checkRelocation(machine, section, relocation);
    indexOf.set(name, indexOf.size + 1);
  }
  if (2 * indexOf.size + 4 >= SHN_LORESERVE) throw badObject(`${indexOf.size} sections are too many`);
  return indexOf;
}

function checkRelocation(
  machine: ObjectMachine,
  { name, data }: ObjectSection,
  { offset, addend = 0, symbol, size = 4 }: ObjectRelocation,
): void {
  if (!(size in objectMachines[machine].relocations)) {
    throw badObject(`the relocation at ${offset} in ${name} has ${size} bytes, ${machine} has no such one`);
  }
  if (!isWord(offset) || offset + size > (data?.length ?? 0)) {
    throw badObject(`the relocation at ${offset} lies outside ${name}`);
  }
  if (!isWord(addend)) throw badObject(`the addend ${addend} of ${symbol} in ${name} is not 32 bits`);
}

/** An integer of 32 bits: device addresses have no more, also on 64-bit cores. */
export function isWord(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= 0xffffffff;
}

function isPowerOfTwo(value: number): boolean {
  return isWord(value) && value > 0 && (value & (value - 1)) === 0;
}
