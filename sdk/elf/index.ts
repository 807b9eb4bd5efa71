/**
 * `rproc-sdk/elf`: ELF objects written, ELF images of any vendor read and described.
 * @module rproc-sdk/elf
 */
export * from '../inspect/index.js';
export type { ElfFile, ElfHeader, ElfNote, ElfSection, ElfSegment, ElfSymbol } from './elf-file.js';
export {
  GNU_NOTE_NAME,
  makeNote,
  makeRprocNote,
  RPROC_NOTE_NAME,
  RPROC_NOTE_TYPE,
  type RprocNote,
} from './notes.js';
export { readElf } from './read.js';
export {
  type ObjectFile,
  type ObjectMachine,
  type ObjectRelocation,
  type ObjectSection,
  type ObjectSymbol,
  writeObject,
} from './write-object.js';
