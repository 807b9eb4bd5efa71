import { hex } from '../../runtime/abi/address.js';
import { PT_LOAD, SHT_NOBITS } from '../../runtime/abi/elf.js';
import type { ElfFile, ElfSection } from '../elf/elf-file.js';
import type { BytesInspection, PlacementInspection } from './inspection.js';
import { sectionTypeName } from './names.js';

/** Bytes shown of a part whose meaning is not known. */
const MAX_SHOWN = 256;

/**
 * Where `section` lies. Loaded means that a PT_LOAD's bytes of the file hold it: that is what Linux copies
 * (`rproc_elf_load_segments`), whatever the section's flags say.
 */
export function placementOf(elf: ElfFile, section: ElfSection): PlacementInspection {
  const end = section.offset + section.size;
  const segment = elf.segments.find(
    ({ type, offset, filesz, memsz }) =>
      type === PT_LOAD &&
      memsz > 0n &&
      section.type !== SHT_NOBITS &&
      section.offset >= offset &&
      end <= offset + filesz,
  );
  const loadAddress = segment && segment.paddr + (section.offset - segment.offset);
  return {
    section: section.name,
    sectionIndex: section.index,
    sectionType: sectionTypeName(section.type, elf.header.machine),
    address: hex(section.addr),
    offset: Number(section.offset),
    size: Number(section.size),
    segment: segment?.index ?? null,
    loadAddress: loadAddress === undefined ? null : hex(loadAddress),
    loaded: segment !== undefined,
    loadAddressMatches: loadAddress === section.addr,
    aligned: section.addr % 16n === 0n,
  };
}

/** Hex digits of the first bytes. */
export function shownHex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes.subarray(0, MAX_SHOWN)) text += byte.toString(16).padStart(2, '0');
  return text;
}

export function shownBytes(table: Uint8Array, from: number, to: number): BytesInspection {
  return { offset: from, length: to - from, hex: shownHex(table.subarray(from, to)) };
}
