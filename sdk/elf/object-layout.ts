/** Where an object's parts lie in its file. */
import {
  EI_CLASS,
  EI_DATA,
  EI_VERSION,
  ELFDATA2LSB,
  ET_REL,
  SHT_NOBITS,
  SHT_NULL,
} from '../../runtime/abi/elf.js';
import type { MachineFormat } from './object-machines.js';
import type { Records, SectionHeader } from './object-records.js';

/** A section header and its bytes. */
export interface Part {
  readonly header: SectionHeader;
  readonly data: Uint8Array;
}

export function emptyHeader(): SectionHeader {
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

/** Header, then each section's bytes at its alignment, then the section header table. */
export function layOut(parts: readonly Part[], machine: MachineFormat, records: Records): Uint8Array {
  const { sizes } = records;
  let end = sizes.fileHeader;
  for (const { header, data } of parts) {
    if (header.sh_type === SHT_NULL) continue;
    end = alignUp(end, header.sh_addralign);
    header.sh_offset = end;
    end += data.length;
    if (header.sh_type !== SHT_NOBITS) header.sh_size = data.length;
  }
  const e_shoff = alignUp(end, records.align);
  const e_ident = new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  e_ident[EI_CLASS] = records.elfClass;
  e_ident[EI_DATA] = ELFDATA2LSB;
  e_ident[EI_VERSION] = 1;

  const file = new Uint8Array(e_shoff + parts.length * sizes.sectionHeader);
  file.set(
    records.fileHeader({
      e_ident,
      e_type: ET_REL,
      e_machine: machine.code,
      e_version: 1,
      e_entry: 0,
      e_phoff: 0,
      e_shoff,
      e_flags: machine.flags,
      e_ehsize: sizes.fileHeader,
      e_phentsize: 0,
      e_phnum: 0,
      e_shentsize: sizes.sectionHeader,
      e_shnum: parts.length,
      e_shstrndx: parts.length - 1,
    }),
  );
  parts.forEach(({ header, data }, i) => {
    file.set(data, header.sh_offset);
    file.set(records.sectionHeader(header), e_shoff + i * sizes.sectionHeader);
  });
  return file;
}

export function concat(chunks: readonly Uint8Array[]): Uint8Array {
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
