/** drivers/remoteproc/remoteproc_coredump.c: the memory of a crashed remote processor as an ELF file. */
import {
  EI_CLASS,
  EI_DATA,
  EI_VERSION,
  ELFCLASS32,
  ELFCLASS64,
  ELFDATA2LSB,
  Elf32Ehdr,
  Elf32Phdr,
  Elf32Shdr,
  Elf64Ehdr,
  Elf64Phdr,
  Elf64Shdr,
  ET_CORE,
  EV_CURRENT,
  PF_R,
  PF_W,
  PF_X,
  PT_LOAD,
  SHF_WRITE,
  SHT_PROGBITS,
  SHT_STRTAB,
} from '../../runtime/abi/elf.js';
import type { Field } from '../../runtime/abi/struct.js';
import { utf8Encode } from '../../runtime/abi/utf8.js';
import { EINVAL } from '../errno.js';
import { unnamedDumpSegment } from '../errors.js';
import type { DumpSegment, DumpSegmentReader, Rproc } from './rproc.js';

/**
 * Most bytes that vmalloc() gives, by the bits of the CPU: the default vmalloc area of a 32-bit Arm, and what a small
 * 64-bit board has to spare. A larger dump is not made, without a word, as a failed vmalloc() ends it.
 */
const VMALLOC_LIMIT = { 32: 240 * 1024 * 1024, 64: 1024 * 1024 * 1024 } as const;

/** `rproc_coredump_add_segment()`: `size` bytes from device address `da` on are part of the next dump. */
export function coredumpAddSegment(rproc: Rproc, da: number, size: number): void {
  rproc.dumpSegments.push({ da, size });
}

/**
 * `rproc_coredump_add_custom_segment()`: as above, with a function that reads the memory; the core's translation
 * does when there is none. `priv` is its own, and the section's name in `rprocCoredumpUsingSections()`.
 */
export function coredumpAddCustomSegment(
  rproc: Rproc,
  da: number,
  size: number,
  dump: DumpSegmentReader | undefined,
  priv?: unknown,
): void {
  rproc.dumpSegments.push({ da, size, dump, priv });
}

/** `rproc_coredump_set_elf_info()`: ELFCLASS32 or ELFCLASS64 and an EM_ number; 0, or -EINVAL for another class. */
export function coredumpSetElfInfo(rproc: Rproc, elfClass: number, machine: number): number {
  if (elfClass !== ELFCLASS32 && elfClass !== ELFCLASS64) return -EINVAL;
  rproc.elfClass = elfClass;
  rproc.elfMachine = machine;
  return 0;
}

/** `rproc_coredump_cleanup()`: forgets all segments. */
export function coredumpCleanup(rproc: Rproc): void {
  rproc.dumpSegments = [];
}

/**
 * `rproc_coredump()`: a program header for each segment. Mode `enabled` copies the memory at once; with `inline` the
 * promise resolves when the dump is freed, and until then each read of the file reads the memory.
 */
export async function rprocCoredump(rproc: Rproc): Promise<void> {
  if (!isWanted(rproc)) return;
  const { Ehdr, Phdr } = formatsOf(rproc);
  const segments = rproc.dumpSegments;
  const data = vmalloc(rproc, Ehdr.size + segments.length * Phdr.size);
  if (!data) return;
  putEhdr(rproc, data, { e_phoff: Ehdr.size, e_phentsize: Phdr.size, e_phnum: segments.length });

  // e_phnum is read back for this and has 16 bits.
  let offset = Ehdr.size + Phdr.size * (segments.length % 0x10000);
  for (const [i, segment] of segments.entries()) {
    put(data, Ehdr.size + i * Phdr.size, Phdr, {
      p_type: PT_LOAD,
      p_offset: offset,
      p_vaddr: segment.da,
      p_paddr: segment.da,
      p_filesz: segment.size,
      p_memsz: segment.size,
      p_flags: PF_R | PF_W | PF_X,
    });
    offset = copyWhole(rproc, segment, data, offset);
  }
  await handOver(rproc, data);
}

/**
 * `rproc_coredump_using_sections()`: a section for each segment, named by its `priv`, and no program headers.
 * Throws RP5010 for a segment whose `priv` is no text, before anything is written.
 */
export async function rprocCoredumpUsingSections(rproc: Rproc): Promise<void> {
  if (!isWanted(rproc)) return;
  const { Ehdr, Shdr } = formatsOf(rproc);
  const segments = rproc.dumpSegments;
  const names = ['STR_TBL', ...segments.map(sectionName)].map((name) => utf8Encode(`${name}\0`));
  // Index 0 of the table is the empty name.
  const strings = names.reduce((sum, { length }) => sum + length, 1);
  const count = segments.length + 2;
  const data = vmalloc(rproc, Ehdr.size + count * Shdr.size + strings);
  if (!data) return;
  const shdrs = { e_shoff: Ehdr.size, e_shentsize: Shdr.size, e_shnum: count, e_shstrndx: 1 };
  putEhdr(rproc, data, shdrs);

  const stringsAt = Ehdr.size + Shdr.size * (count % 0x10000);
  let nameAt = 1;
  let at = Ehdr.size;
  const section = (name: Uint8Array, fields: Numbers) => {
    at += Shdr.size;
    put(data, at, Shdr, { sh_name: nameAt, ...fields });
    data.set(name, stringsAt + nameAt);
    nameAt += name.length;
  };
  section(names[0], { sh_type: SHT_STRTAB, sh_offset: stringsAt, sh_size: strings });
  let offset = stringsAt + strings;
  for (const [i, segment] of segments.entries()) {
    section(names[i + 1], {
      sh_type: SHT_PROGBITS,
      sh_flags: SHF_WRITE,
      sh_addr: segment.da,
      sh_offset: offset,
      sh_size: segment.size,
    });
    offset = copyWhole(rproc, segment, data, offset);
  }
  await handOver(rproc, data);
}

function sectionName({ da, priv }: DumpSegment): string {
  if (typeof priv !== 'string') throw unnamedDumpSegment(da);
  return priv;
}

function isWanted(rproc: Rproc): boolean {
  if (rproc.dumpSegments.length === 0 || rproc.dumpConf === 'disabled') return false;
  if (rproc.elfClass !== 0) return true;
  rproc.err(`${rproc.kernel.version === '6.1' ? 'Elf' : 'ELF'} class is not set`);
  return false;
}

/** Memory for `headers` bytes and, unless it is read as user space reads, for all segments. */
function vmalloc(rproc: Rproc, headers: number): Uint8Array | undefined {
  const inline = rproc.dumpConf === 'inline';
  const size = rproc.dumpSegments.reduce((sum, segment) => sum + (inline ? 0 : segment.size), headers);
  return size > VMALLOC_LIMIT[rproc.sizeBits] ? undefined : new Uint8Array(size);
}

type Numbers = { readonly [name: string]: number | bigint };
type Format = { readonly size: number; readonly fields: readonly Field[] };

function formatsOf({ elfClass }: Rproc): { Ehdr: Format; Phdr: Format; Shdr: Format } {
  return elfClass === ELFCLASS64
    ? { Ehdr: Elf64Ehdr, Phdr: Elf64Phdr, Shdr: Elf64Shdr }
    : { Ehdr: Elf32Ehdr, Phdr: Elf32Phdr, Shdr: Elf32Shdr };
}

function putEhdr(rproc: Rproc, data: Uint8Array, tables: Numbers): void {
  const { Ehdr } = formatsOf(rproc);
  data.set([0x7f, 0x45, 0x4c, 0x46]);
  data[EI_CLASS] = rproc.elfClass;
  data[EI_DATA] = ELFDATA2LSB;
  data[EI_VERSION] = EV_CURRENT;
  put(data, 0, Ehdr, {
    e_type: ET_CORE,
    e_machine: rproc.elfMachine,
    e_version: EV_CURRENT,
    e_entry: rproc.bootaddr,
    e_ehsize: Ehdr.size,
    ...tables,
  });
}

/** Stores numbers as the kernel's setters do: cut to the field. Other fields stay zero. */
function put(data: Uint8Array, at: number, format: Format, values: Numbers): void {
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  for (const { name, offset, size } of format.fields) {
    const value = values[name];
    if (value === undefined) continue;
    const cut = BigInt.asUintN(8 * size, BigInt(value));
    if (size === 8) view.setBigUint64(at + offset, cut, true);
    else if (size === 4) view.setUint32(at + offset, Number(cut), true);
    else view.setUint16(at + offset, Number(cut), true);
  }
}

/** In mode `enabled` copies the segment to `offset`; the offset of the next one. */
function copyWhole(rproc: Rproc, segment: DumpSegment, data: Uint8Array, offset: number): number {
  const end = offset + segment.size;
  if (rproc.dumpConf === 'enabled') copySegment(rproc, segment, data.subarray(offset, end), 0);
  return end;
}

/** `rproc_copy_segment()`: fills `dest` from `offset` in the segment on. */
function copySegment(rproc: Rproc, segment: DumpSegment, dest: Uint8Array, offset: number): void {
  if (segment.dump) {
    segment.dump(rproc, segment, dest, offset);
    return;
  }
  const memory = rproc.daToVa(BigInt(segment.da) + BigInt(offset), dest.length);
  if (memory) {
    dest.set(memory.peek?.() ?? memory.bytes());
    return;
  }
  // %pad: all digits of a dma_addr_t.
  const da = `0x${segment.da.toString(16).padStart(rproc.sizeBits / 4, '0')}`;
  rproc.err(`invalid copy request for segment ${da} with offset ${offset} and size ${dest.length})`);
  dest.fill(0xff);
}

async function handOver(rproc: Rproc, data: Uint8Array): Promise<void> {
  const { devcoredump } = rproc.platform;
  // Without CONFIG_DEV_COREDUMP what is handed over is freed at once.
  if (!devcoredump) return;
  if (rproc.dumpConf === 'enabled') {
    devcoredump.coredumpv(rproc, data);
    return;
  }
  await rproc.kernel.scheduler.sleep(Infinity, (free) => {
    const read = (offset: number, count: number) => readInline(rproc, data, offset, count);
    devcoredump.coredumpm(rproc, { read, free });
  });
}

/** `rproc_coredump_read()`: the headers, then whatever the memory holds now. */
function readInline(rproc: Rproc, headers: Uint8Array, offset: number, count: number): Uint8Array {
  if (offset < headers.length) return headers.slice(offset, offset + count);
  const buffer = new Uint8Array(count);
  let filled = 0;
  while (filled < count) {
    const found = findSegment(rproc.dumpSegments, offset + filled - headers.length);
    if (!found) {
      rproc.kernel.log.info(rproc, `Ramdump done, ${offset + filled} bytes read`);
      break;
    }
    const { segment, at } = found;
    const end = Math.min(count, filled + segment.size - at);
    copySegment(rproc, segment, buffer.subarray(filled, end), at);
    filled = end;
  }
  return buffer.subarray(0, filled);
}

/** The segment that holds byte `offset` of the data, and the offset in it. */
function findSegment(
  segments: readonly DumpSegment[],
  offset: number,
): { segment: DumpSegment; at: number } | undefined {
  let at = offset;
  for (const segment of segments) {
    if (at < segment.size) return { segment, at };
    at -= segment.size;
  }
  return undefined;
}
