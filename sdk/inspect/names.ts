/** Names of ELF codes, from the gABI and the registries of `e_machine` and processor supplements. */

const fileTypes: Names = { 0: 'NONE', 1: 'REL', 2: 'EXEC', 3: 'DYN', 4: 'CORE' };

/** Machines that remoteproc firmware or its tools are built for. */
const machines: Names = {
  0: 'none',
  3: 'Intel 80386',
  8: 'MIPS',
  20: 'PowerPC',
  40: 'ARM',
  42: 'SuperH',
  62: 'x86-64',
  94: 'Xtensa',
  106: 'Blackfin',
  140: 'TI C6000',
  141: 'TI C2000',
  144: 'TI PRU',
  164: 'Hexagon',
  183: 'AArch64',
  185: 'AVR32',
  189: 'MicroBlaze',
  195: 'ARC v2',
  243: 'RISC-V',
  252: 'C-SKY',
};

const segmentTypes: Names = {
  0: 'NULL',
  1: 'LOAD',
  2: 'DYNAMIC',
  3: 'INTERP',
  4: 'NOTE',
  5: 'SHLIB',
  6: 'PHDR',
  7: 'TLS',
  1685382480: 'GNU_EH_FRAME',
  1685382481: 'GNU_STACK',
  1685382482: 'GNU_RELRO',
  1685382483: 'GNU_PROPERTY',
};

const sectionTypes: Names = {
  0: 'NULL',
  1: 'PROGBITS',
  2: 'SYMTAB',
  3: 'STRTAB',
  4: 'RELA',
  5: 'HASH',
  6: 'DYNAMIC',
  7: 'NOTE',
  8: 'NOBITS',
  9: 'REL',
  10: 'SHLIB',
  11: 'DYNSYM',
  14: 'INIT_ARRAY',
  15: 'FINI_ARRAY',
  16: 'PREINIT_ARRAY',
  17: 'GROUP',
  18: 'SYMTAB_SHNDX',
  1879048182: 'GNU_HASH',
  1879048189: 'VERDEF',
  1879048190: 'VERNEED',
  1879048191: 'VERSYM',
};

/** Codes from 0x70000000 on mean something else on each machine (SHT_LOPROC, PT_LOPROC). */
const processorTypes: { readonly [machine: number]: { readonly segment: Names; readonly section: Names } } = {
  40: {
    segment: { 1879048193: 'ARM_EXIDX' },
    section: { 1879048193: 'ARM_EXIDX', 1879048195: 'ARM_ATTRIBUTES' },
  },
  62: { segment: {}, section: { 1879048193: 'X86_64_UNWIND' } },
  243: { segment: { 1879048195: 'RISCV_ATTRIBUTES' }, section: { 1879048195: 'RISCV_ATTRIBUTES' } },
};

const sectionFlags = 'WAX?MSILOGTC';

type Names = { readonly [code: number]: string };

export function fileTypeName(code: number): string {
  return fileTypes[code] ?? hexCode(code);
}

export function machineName(code: number): string {
  return machines[code] ?? `unknown machine ${code}`;
}

export function segmentTypeName(code: number, machine: number): string {
  return segmentTypes[code] ?? processorTypes[machine]?.segment[code] ?? hexCode(code);
}

export function sectionTypeName(code: number, machine: number): string {
  return sectionTypes[code] ?? processorTypes[machine]?.section[code] ?? hexCode(code);
}

/** Letters as readelf prints them; bit 3 is unused. */
export function sectionFlagLetters(flags: bigint): string {
  let letters = '';
  for (let bit = 0; bit < sectionFlags.length; bit++)
    if ((flags >> BigInt(bit)) & 1n) letters += sectionFlags[bit];
  return letters;
}

export function segmentFlagLetters(flags: number): string {
  return (flags & 4 ? 'R' : '') + (flags & 2 ? 'W' : '') + (flags & 1 ? 'X' : '');
}

function hexCode(code: number): string {
  return '0x' + code.toString(16);
}
