/** drivers/remoteproc/remoteproc_elf_loader.c: what Linux checks in an image, in its order and words. */

import { SECTION_TABLE } from '../../runtime/abi/app.js';
import {
  EI_CLASS,
  EI_DATA,
  ELFCLASS32,
  ELFCLASS64,
  ELFDATA2LSB,
  Elf32Ehdr,
  Elf64Ehdr,
  PT_LOAD,
} from '../../runtime/abi/elf.js';
import { ResourceTable, RSC_TABLE_VERSION } from '../../runtime/abi/resource-table.js';
import { u32 } from '../../runtime/abi/struct.js';
import { EINVAL, EOVERFLOW } from '../errno.js';
import type { KernelVersion } from '../kernel.js';
import type { CachedPiece } from '../soc/host-cache.js';
import { ElfView, type Fields } from './elf-helpers.js';

export interface Reporter {
  err(text: string): void;
}

/** A firmware file as `request_firmware()` hands it over. */
export interface Firmware {
  readonly name: string;
  readonly data: Uint8Array;
}

/** `rproc_elf_sanity_check()`: 0 or -EINVAL. */
export function elfSanityCheck(fw: Firmware, version: KernelVersion, report: Reporter): number {
  const { data } = fw;
  const size = BigInt(data.length);
  const fail = (text: string): number => {
    report.err(text);
    return -EINVAL;
  };
  if (data.length < Elf32Ehdr.size) return fail('Image is too small');
  if (data[0] !== 0x7f || data[1] !== 0x45 || data[2] !== 0x4c || data[3] !== 0x46) {
    return fail('Image is corrupted (bad magic)');
  }
  const elfClass = data[EI_CLASS];
  if (elfClass !== ELFCLASS32 && elfClass !== ELFCLASS64) return fail(`Unsupported class: ${elfClass}`);
  if (elfClass === ELFCLASS64 && data.length < Elf64Ehdr.size) return fail('elf64 header is too small');
  if (data[EI_DATA] !== ELFDATA2LSB) return fail('Unsupported firmware endianness');

  const elf = new ElfView(data);
  const { e_shoff, e_shnum, e_shstrndx, e_phnum, e_phoff } = elf.ehdr;
  const shdr = BigInt(elf.shdrSize);
  if (version === '6.12') {
    if (e_shoff > size) return fail('Section header table is out of bounds');
    if (e_shnum !== 0n && e_shoff + e_shnum * shdr > size) return fail('Section headers are out of bounds');
    if (e_shoff + (e_shstrndx + 1n) * shdr > size) return fail('Image is too small');
  } else if (size < u64(e_shoff + shdr)) {
    return fail('Image is too small');
  }
  if (e_phnum === 0n) return fail('No loadable segments');
  if (e_phoff > size) return fail('Firmware size is too small');
  return 0;
}

/** `rproc_elf_get_boot_addr()`. */
export function elfBootAddr(fw: Firmware): bigint {
  return new ElfView(fw.data).ehdr.e_entry;
}

/**
 * Memory that a device address leads to. `bytes` must be asked for anew after each start of the core; what the core wrote is
 * there after `invalidate`, what was written reaches the core with `clean`.
 */
export interface Mapping extends CachedPiece {
  bytes(): Uint8Array;
  /** A copy for who only looks: zeroes where `bytes` would make memory first. The same as `bytes` when left out. */
  peek?(): Uint8Array;
}

/** Translates device addresses; undefined where nothing is mapped. */
export type DaToVa = (da: bigint, len: number) => Mapping | undefined;

/** What loading needs of the system. */
export interface LoadingHost extends Reporter {
  readonly daToVa: DaToVa;
  /** Told each segment that is loaded. */
  dbg?(text: () => string): void;
  /** Bits of the host's size_t. */
  readonly sizeBits: 32 | 64;
  /** Copies `data` to the start of `memory` and zeroes the rest. */
  place(memory: Mapping, data: Uint8Array): void;
}

/** `rproc_elf_load_segments()`: copies every PT_LOAD to its p_paddr. */
export function elfLoadSegments(fw: Firmware, host: LoadingHost): number {
  for (const { p_type, p_paddr, p_offset, p_filesz, p_memsz } of new ElfView(fw.data).phdrs()) {
    if (p_type !== BigInt(PT_LOAD) || p_memsz === 0n) continue;
    host.dbg?.(() => `phdr: type ${p_type} da ${hex(p_paddr)} memsz ${hex(p_memsz)} filesz ${hex(p_filesz)}`);
    if (p_filesz > p_memsz) {
      host.err(`bad phdr filesz ${hex(p_filesz)} memsz ${hex(p_memsz)}`);
      return -EINVAL;
    }
    if (u64(p_offset + p_filesz) > BigInt(fw.data.length)) {
      host.err(`truncated fw: need ${hex(u64(p_offset + p_filesz))} avail ${hex(BigInt(fw.data.length))}`);
      return -EINVAL;
    }
    if (p_memsz >= 2n ** BigInt(host.sizeBits)) {
      host.err(`size (${p_memsz.toString(16)}) does not fit in size_t type`);
      return -EOVERFLOW;
    }
    const memory = host.daToVa(p_paddr, Number(p_memsz));
    if (!memory) {
      host.err(`bad phdr da ${hex(p_paddr)} mem ${hex(p_memsz)}`);
      return -EINVAL;
    }
    const from = Number(p_offset);
    host.place(memory, fw.data.subarray(from, from + Number(p_filesz)));
  }
  return 0;
}

/** Where `find_table()` found the table: the section header, or undefined with the reason reported. */
export function elfFindTable(fw: Firmware, report: Reporter): Fields | undefined {
  const section = new ElfView(fw.data).findSection(SECTION_TABLE);
  const problem = section && tableProblem(fw.data, section);
  if (problem === undefined) return section;
  report.err(problem);
  return undefined;
}

function tableProblem(data: Uint8Array, { sh_offset, sh_size }: Fields): string | undefined {
  if (u64(sh_offset + sh_size) > BigInt(data.length) || u64(sh_offset + sh_size) < sh_size) {
    return 'resource table truncated';
  }
  if (sh_size < BigInt(ResourceTable.size)) return 'header-less resource table';
  const { ver, num, reserved } = ResourceTable.unpack(data, Number(sh_offset));
  if (ver !== RSC_TABLE_VERSION) return `unsupported fw ver: ${ver | 0}`;
  if (reserved[0] !== 0 || reserved[1] !== 0) return 'non zero reserved bytes';
  if (BigInt(ResourceTable.size) + BigInt(num) * BigInt(u32.size) > sh_size)
    return 'resource table incomplete';
  return undefined;
}

/** `rproc_elf_load_rsc_table()`: a copy of the section's bytes, or -EINVAL. */
export function elfLoadTable(fw: Firmware, report: Reporter): Uint8Array | number {
  const section = elfFindTable(fw, report);
  if (!section) return -EINVAL;
  const start = Number(section.sh_offset);
  return fw.data.slice(start, start + Number(section.sh_size));
}

/** `rproc_elf_find_loaded_rsc_table()`: the table at sh_addr in loaded memory. */
export function elfFindLoadedTable(fw: Firmware, daToVa: DaToVa, report: Reporter): Mapping | undefined {
  const section = elfFindTable(fw, report);
  return section && daToVa(section.sh_addr, Number(section.sh_size));
}

function u64(value: bigint): bigint {
  return BigInt.asUintN(64, value);
}

function hex(value: bigint): string {
  return `0x${value.toString(16)}`;
}
