/**
 * Where the resource table is, as a number in the program: the linker decides it, and no relocation reaches into JavaScript. The
 * program is linked once with marks, and again with the numbers in their places; its length stays the same.
 */
import { AppHeader, SECTION_APP } from '../../runtime/abi/app.js';
import { readElf } from '../elf/index.js';

/** Numbers that no program has; ten digits, as an address may have. */
export const TABLE_DA_MARK = 4042322160;
export const TABLE_LEN_MARK = 4042322161;

/** `code` with the address and length that the app header of `elf` has in place of the marks. */
export function withTableAddress(code: string, elf: Uint8Array): string {
  const section = readElf(elf, 'image').sections.find(({ name }) => name === SECTION_APP)!;
  const header = AppHeader.unpack(elf, Number(section.offset));
  return withNumbers(code, header.table_da, header.table_len);
}

/** As `withTableAddress`, from the numbers. */
export function withNumbers(code: string, da: number, len: number): string {
  return code
    .replace(marked(TABLE_DA_MARK), String(da).padStart(10))
    .replace(marked(TABLE_LEN_MARK), String(len).padStart(10));
}

/** A minifier chooses how it writes a number. */
function marked(mark: number): RegExp {
  return new RegExp(`\\b(?:${mark}|0x${mark.toString(16)})\\b`, 'gi');
}
