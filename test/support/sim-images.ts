/** Hand-made firmware images: ELF32 and ELF64 bytes with whatever a test wants to be wrong in them. */
import {
  EI_CLASS,
  EI_DATA,
  EI_VERSION,
  ELFDATA2LSB,
  Elf32Ehdr,
  Elf32Phdr,
  Elf32Shdr,
  Elf64Ehdr,
  Elf64Phdr,
  Elf64Shdr,
  EM_ARM,
  ET_EXEC,
  PT_LOAD,
  SHT_PROGBITS,
  SHT_STRTAB,
} from '../../runtime/abi/elf.js';
import {
  FW_RSC_ADDR_ANY,
  FwRscCarveout,
  FwRscHdr,
  FwRscTrace,
  FwRscVdev,
  FwRscVdevVring,
  ResourceTable,
  RSC_CARVEOUT,
  RSC_DEVMEM,
  RSC_TRACE,
  RSC_VDEV,
} from '../../runtime/abi/resource-table.js';

export const ANY = FW_RSC_ADDR_ANY;

export interface Segment {
  /** p_paddr; p_vaddr is something else on purpose. */
  readonly at: number | bigint;
  readonly data?: Uint8Array;
  /** The length of `data` when left out. */
  readonly memsz?: number | bigint;
  readonly filesz?: number | bigint;
  readonly offset?: number | bigint;
  readonly type?: number;
}

export interface Section {
  readonly name: string;
  readonly addr?: number;
  readonly data: Uint8Array;
  /** Replaces the header's sh_size, sh_offset. */
  readonly size?: number | bigint;
  readonly offset?: number | bigint;
  readonly type?: number;
  readonly flags?: number;
  readonly align?: number;
}

export interface ImageOptions {
  readonly bits?: 32 | 64;
  readonly entry?: number;
  readonly segments?: readonly Segment[];
  readonly sections?: readonly Section[];
  /** Content of `.resource_table`, at `tableAt`. */
  readonly table?: Uint8Array;
  readonly tableAt?: number;
  /** False: the table is in no PT_LOAD. */
  readonly loadTable?: boolean;
}

/** The header formats of a class. */
export function formats(bits: 32 | 64) {
  return bits === 64
    ? { Ehdr: Elf64Ehdr, Phdr: Elf64Phdr, Shdr: Elf64Shdr }
    : { Ehdr: Elf32Ehdr, Phdr: Elf32Phdr, Shdr: Elf32Shdr };
}

type Format = { readonly size: number; pack(value: any): Uint8Array };
const WIDE =
  /^(e_entry|e_phoff|e_shoff|p_offset|p_vaddr|p_paddr|p_filesz|p_memsz|p_align|sh_flags|sh_addr|sh_offset|sh_size|sh_addralign|sh_entsize)$/;

function pack(format: Format, bits: 32 | 64, fields: { readonly [name: string]: unknown }): Uint8Array {
  const value: { [name: string]: unknown } = {};
  for (const [name, field] of Object.entries(fields)) {
    if (typeof field !== 'number' && typeof field !== 'bigint') value[name] = field;
    else value[name] = bits === 64 && WIDE.test(name) ? BigInt(field) : Number(field);
  }
  return format.pack(value);
}

/** Headers, program headers, contents, section names, section headers: in this order. */
export function image(options: ImageOptions = {}): Uint8Array {
  const { bits = 32, entry = 0, table, tableAt = 0x10000000, loadTable = true } = options;
  const { Ehdr, Phdr, Shdr } = formats(bits);
  const sections = [...(options.sections ?? [])];
  const segments = [...(options.segments ?? [])];
  if (table) sections.unshift({ name: '.resource_table', addr: tableAt, data: table });
  const loaded = table && loadTable ? [{ at: tableAt, data: table }] : [];
  if (segments.length + loaded.length === 0) segments.push({ at: 0, memsz: 0 });

  const chunks: Uint8Array[] = [];
  let at = Ehdr.size + Phdr.size * (segments.length + loaded.length);
  const place = (data: Uint8Array): number => {
    const padded = new Uint8Array(Math.ceil(data.length / 4) * 4);
    padded.set(data);
    chunks.push(padded);
    at += padded.length;
    return at - padded.length;
  };
  const sectionAt = sections.map(({ data }) => place(data));
  const phdrs = [...segments, ...loaded].map((segment: Segment) => {
    const { data = new Uint8Array(0), type = PT_LOAD } = segment;
    const offset = data === table ? sectionAt[0] : place(data);
    return pack(Phdr, bits, {
      p_type: type,
      p_offset: segment.offset ?? offset,
      p_vaddr: 0xdead0000,
      p_paddr: segment.at,
      p_filesz: segment.filesz ?? data.length,
      p_memsz: segment.memsz ?? data.length,
      p_flags: 7,
      p_align: 4,
    });
  });

  let names = '\0';
  const nameAt = [...sections.map(({ name }) => name), '.shstrtab'].map((name) => {
    names += `${name}\0`;
    return names.length - name.length - 1;
  });
  const strings = new Uint8Array(Buffer.from(names));
  const stringsAt = place(strings);
  const shdr = (fields: object): Uint8Array =>
    pack(Shdr, bits, {
      sh_name: 0,
      sh_type: 0,
      sh_flags: 0,
      sh_addr: 0,
      sh_offset: 0,
      sh_size: 0,
      sh_link: 0,
      sh_info: 0,
      sh_addralign: 0,
      sh_entsize: 0,
      ...fields,
    });
  const shdrs = [
    shdr({}),
    ...sections.map(({ addr = 0, data, size, offset, type = SHT_PROGBITS, flags = 0, align = 0 }, i) =>
      shdr({
        sh_name: nameAt[i],
        sh_type: type,
        sh_flags: flags,
        sh_addralign: align,
        sh_addr: addr,
        sh_offset: offset ?? sectionAt[i],
        sh_size: size ?? data.length,
      }),
    ),
    shdr({
      sh_name: nameAt[sections.length],
      sh_type: SHT_STRTAB,
      sh_offset: stringsAt,
      sh_size: strings.length,
    }),
  ];
  const ident = new Uint8Array(16);
  ident.set([0x7f, 0x45, 0x4c, 0x46]);
  ident[EI_CLASS] = bits / 32;
  ident[EI_DATA] = ELFDATA2LSB;
  ident[EI_VERSION] = 1;
  const header = pack(Ehdr, bits, {
    e_ident: ident,
    e_type: ET_EXEC,
    e_machine: EM_ARM,
    e_version: 1,
    e_entry: entry,
    e_phoff: Ehdr.size,
    e_shoff: at,
    e_flags: 0,
    e_ehsize: Ehdr.size,
    e_phentsize: Phdr.size,
    e_phnum: phdrs.length,
    e_shentsize: Shdr.size,
    e_shnum: shdrs.length,
    e_shstrndx: shdrs.length - 1,
  });
  return concat(header, ...phdrs, ...chunks, ...shdrs);
}

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

/** The file header's fields, to be changed in place. */
export function ehdrOf(file: Uint8Array): { [name: string]: any } {
  return formats(file[EI_CLASS] === 2 ? 64 : 32).Ehdr.over(file);
}

/** A table of whole entries (type word and payload each); `offsets` replaces where the header says they are. */
export function table(entries: readonly Uint8Array[], offsets?: readonly number[]): Uint8Array {
  let at = ResourceTable.size + 4 * (offsets ?? entries).length;
  const places = entries.map((entry) => {
    at += entry.length;
    return at - entry.length;
  });
  const list = Uint32Array.from(offsets ?? places);
  const header = ResourceTable.pack({ ver: 1, num: list.length, reserved: [0, 0] });
  return concat(header, new Uint8Array(list.buffer), ...entries);
}

export function entry(type: number, ...payload: readonly Uint8Array[]): Uint8Array {
  return concat(FwRscHdr.pack({ type }), ...payload);
}

type CarveoutFields = Partial<Parameters<typeof FwRscCarveout.pack>[0]>;

export function carveout(name: string, fields: CarveoutFields = {}, type = RSC_CARVEOUT): Uint8Array {
  const plain = { da: ANY, pa: ANY, len: 0x1000, flags: 0, reserved: 0, name };
  return entry(type, FwRscCarveout.pack({ ...plain, ...fields }));
}

export function devmem(fields: CarveoutFields = {}): Uint8Array {
  return carveout('registers', { da: 0x40000000, pa: 0x50000000, ...fields }, RSC_DEVMEM);
}

export function trace(da: number, len: number, reserved = 0, name = 'trace'): Uint8Array {
  return entry(RSC_TRACE, FwRscTrace.pack({ da, len, reserved, name }));
}

type VringFields = Partial<Parameters<typeof FwRscVdevVring.pack>[0]>;
export type VdevFields = Partial<Parameters<typeof FwRscVdev.pack>[0]>;

export function vdev(vrings: readonly VringFields[] = [{}, {}], fields: VdevFields = {}): Uint8Array {
  const head = FwRscVdev.pack({
    id: 7,
    notifyid: 0,
    dfeatures: 1,
    gfeatures: 0,
    config_len: 0,
    status: 0,
    num_of_vrings: vrings.length,
    reserved: new Uint8Array(2),
    ...fields,
  });
  const rings = vrings.map((vring) =>
    FwRscVdevVring.pack({ da: ANY, align: 16, num: 4, notifyid: 7, pa: 0, ...vring }),
  );
  return entry(RSC_VDEV, head, ...rings);
}
