/** ELF structures in both classes (System V gABI, `include/uapi/linux/elf.h`). Little-endian. */
import { bytes, struct, u8, u16, u32, u64 } from './struct.js';

export const Elf32Ehdr = struct('Elf32_Ehdr', {
  e_ident: bytes(16),
  e_type: u16,
  e_machine: u16,
  e_version: u32,
  e_entry: u32,
  e_phoff: u32,
  e_shoff: u32,
  e_flags: u32,
  e_ehsize: u16,
  e_phentsize: u16,
  e_phnum: u16,
  e_shentsize: u16,
  e_shnum: u16,
  e_shstrndx: u16,
});

export const Elf64Ehdr = struct('Elf64_Ehdr', {
  e_ident: bytes(16),
  e_type: u16,
  e_machine: u16,
  e_version: u32,
  e_entry: u64,
  e_phoff: u64,
  e_shoff: u64,
  e_flags: u32,
  e_ehsize: u16,
  e_phentsize: u16,
  e_phnum: u16,
  e_shentsize: u16,
  e_shnum: u16,
  e_shstrndx: u16,
});

export const Elf32Phdr = struct('Elf32_Phdr', {
  p_type: u32,
  p_offset: u32,
  p_vaddr: u32,
  p_paddr: u32,
  p_filesz: u32,
  p_memsz: u32,
  p_flags: u32,
  p_align: u32,
});

export const Elf64Phdr = struct('Elf64_Phdr', {
  p_type: u32,
  p_flags: u32,
  p_offset: u64,
  p_vaddr: u64,
  p_paddr: u64,
  p_filesz: u64,
  p_memsz: u64,
  p_align: u64,
});

export const Elf32Shdr = struct('Elf32_Shdr', {
  sh_name: u32,
  sh_type: u32,
  sh_flags: u32,
  sh_addr: u32,
  sh_offset: u32,
  sh_size: u32,
  sh_link: u32,
  sh_info: u32,
  sh_addralign: u32,
  sh_entsize: u32,
});

export const Elf64Shdr = struct('Elf64_Shdr', {
  sh_name: u32,
  sh_type: u32,
  sh_flags: u64,
  sh_addr: u64,
  sh_offset: u64,
  sh_size: u64,
  sh_link: u32,
  sh_info: u32,
  sh_addralign: u64,
  sh_entsize: u64,
});

export const Elf32Sym = struct('Elf32_Sym', {
  st_name: u32,
  st_value: u32,
  st_size: u32,
  st_info: u8,
  st_other: u8,
  st_shndx: u16,
});

/** Same fields as `Elf32_Sym` in another order. */
export const Elf64Sym = struct('Elf64_Sym', {
  st_name: u32,
  st_info: u8,
  st_other: u8,
  st_shndx: u16,
  st_value: u64,
  st_size: u64,
});

export const Elf32Rel = struct('Elf32_Rel', { r_offset: u32, r_info: u32 });
/** `r_addend` is signed; addends here are never negative. */
export const Elf32Rela = struct('Elf32_Rela', { r_offset: u32, r_info: u32, r_addend: u32 });
/** The symbol is in the upper half of `r_info`. `r_addend` is signed; addends here are never negative. */
export const Elf64Rela = struct('Elf64_Rela', { r_offset: u64, r_info: u64, r_addend: u64 });
/** Followed by the name and the descriptor, each padded to four bytes. */
export const ElfNhdr = struct('Elf_Nhdr', { n_namesz: u32, n_descsz: u32, n_type: u32 });

export const ELFCLASS32 = 1;
export const ELFCLASS64 = 2;
export const ELFDATA2LSB = 1;
export const EI_CLASS = 4;
export const EI_DATA = 5;
export const EI_VERSION = 6;

export const ET_REL = 1;
export const ET_EXEC = 2;
export const ET_CORE = 4;
export const EV_CURRENT = 1;
export const EM_NONE = 0;
export const EM_ARM = 40;
export const EM_AARCH64 = 183;
export const EM_RISCV = 243;
/** EABI version 5. */
export const EF_ARM_EABI_VER5 = 0x05000000;

export const PT_LOAD = 1;
export const PT_NOTE = 4;
export const PF_X = 1;
export const PF_W = 2;
export const PF_R = 4;

export const SHT_NULL = 0;
export const SHT_PROGBITS = 1;
export const SHT_SYMTAB = 2;
export const SHT_STRTAB = 3;
export const SHT_RELA = 4;
export const SHT_NOTE = 7;
export const SHT_NOBITS = 8;
export const SHT_REL = 9;
export const SHF_WRITE = 1;
export const SHF_ALLOC = 2;
export const SHF_EXECINSTR = 4;
export const SHF_INFO_LINK = 0x40;

export const STB_LOCAL = 0;
export const STB_GLOBAL = 1;
export const STT_NOTYPE = 0;
export const STT_OBJECT = 1;
export const STT_SECTION = 3;
export const SHN_UNDEF = 0;

export const R_ARM_ABS32 = 2;
export const R_RISCV_32 = 1;
export const R_RISCV_64 = 2;
export const R_AARCH64_ABS64 = 257;
export const R_AARCH64_ABS32 = 258;

export const NT_GNU_BUILD_ID = 3;
