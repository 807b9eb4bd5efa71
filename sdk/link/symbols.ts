/** How symbols and sections of an image are spelled. */
import { SECTION_TRACE } from '../../runtime/abi/app.js';
import { utf8Encode } from '../../runtime/abi/utf8.js';
import type { LinkedAddress } from '../config/resources/linked-address.js';

export const TABLE_SYMBOL = 'rproc_resource_table';
export const TABLE_END_SYMBOL = 'rproc_resource_table_end';
/** The app header; also the image's entry, so that `e_entry` leads to it. */
export const APP_SYMBOL = 'rproc_app';
export const APP_END_SYMBOL = 'rproc_app_end';
/** Behind the last byte of the sections in the image's first region. */
export const IMAGE_END_SYMBOL = 'rproc_image_end';

/**
 * The symbol at the start of the trace buffer `name`. Different names have different symbols: what is not a
 * letter, digit or `_` is spelled `$` and the byte in hex (`log-1`: `rproc_trace_log$2d1`).
 */
export function traceSymbol(name: string): string {
  return 'rproc_trace_' + spelled(name);
}

/** The symbol behind the last byte of the trace buffer `name`. */
export function traceEndSymbol(name: string): string {
  return traceSymbol(name) + '_end';
}

/** The input section that holds the trace buffer `name`. */
export function traceSection(name: string): string {
  return `${SECTION_TRACE}.${spelled(name)}`;
}

/** The symbol that a linker script sets to the address of the output section `name`. */
export function sectionSymbol(name: string): string {
  return 'rproc_section_' + spelled(name);
}

/** The symbol that stands for an address of the linker's. */
export function linkedSymbol({ of, name }: LinkedAddress): string {
  if (of === 'section') return sectionSymbol(name);
  return of === 'symbol' ? name : IMAGE_END_SYMBOL;
}

/** A name as part of a symbol. */
export function spelled(name: string): string {
  let text = '';
  // A final "_end" would read as the end symbol of another buffer.
  const plain = name.endsWith('_end') ? name.length - 4 : -1;
  for (let i = 0; i < name.length; ) {
    const character = String.fromCodePoint(name.codePointAt(i)!);
    if (/[A-Za-z0-9_]/.test(character) && i !== plain) text += character;
    else for (const byte of utf8Encode(character)) text += '$' + byte.toString(16).padStart(2, '0');
    i += character.length;
  }
  return text;
}
