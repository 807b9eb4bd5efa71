import { hex } from '../../runtime/abi/address.js';
import {
  APP_ENGINE_ESPRUINO,
  APP_ENGINE_QUICKJS,
  APP_KIND_BYTECODE,
  APP_KIND_SOURCE,
  APP_MAGIC,
  APP_VERSION,
  AppHeader,
  crc32,
  SECTION_PROGRAM,
} from '../../runtime/abi/app.js';
import { SHT_NOBITS } from '../../runtime/abi/elf.js';
import { AppBytecode } from '../../runtime/abi/native.js';
import type { ElfFile, ElfSection } from '../elf/elf-file.js';
import { hashOfSource } from '../elf/source-hash.js';
import type { AppInspection, BytecodeInspection } from './inspection.js';
import { placementOf, shownHex } from './placement.js';

const kinds: { readonly [code: number]: string } = {
  [APP_KIND_SOURCE]: 'source',
  [APP_KIND_BYTECODE]: 'bytecode',
};
const engines: { readonly [code: number]: string } = {
  [APP_ENGINE_QUICKJS]: 'quickjs',
  [APP_ENGINE_ESPRUINO]: 'espruino',
};

/** The app header in `section`, and whether the program behind it is the one that was built. */
export function inspectApp(elf: ElfFile, section: ElfSection): AppInspection {
  const unknown = {
    ...placementOf(elf, section),
    version: null,
    kind: null,
    engine: null,
    headerLength: null,
    length: null,
    crc32: null,
    crcOk: false,
    tableAddress: null,
    tableLength: null,
    bytecode: null,
  };
  if (section.type === SHT_NOBITS) return { ...unknown, problem: 'the section has no bytes in the file' };
  if (section.offset + section.size > BigInt(elf.bytes.length)) {
    return { ...unknown, problem: 'the section is not in the file' };
  }
  const data = elf.sectionData(section);
  if (data.length < AppHeader.size) return { ...unknown, problem: 'too short for an app header' };
  const header = AppHeader.unpack(data);
  if (header.magic !== APP_MAGIC) return { ...unknown, problem: `no app header, magic ${hex(header.magic)}` };
  const end = header.header_len + header.length;
  const inside = header.header_len >= AppHeader.size && end <= data.length;
  const crcOk = inside && crc32(data.subarray(header.header_len, end)) === header.crc32;
  const isBytecode = header.kind === APP_KIND_BYTECODE;
  const hashed = inside && header.header_len >= AppHeader.size + AppBytecode.size;
  let problem: string | null = null;
  if (header.version !== APP_VERSION) problem = `app header version ${header.version}, not ${APP_VERSION}`;
  else if (!inside) problem = 'the program exceeds its section';
  else if (isBytecode && !hashed) problem = 'the app header ends inside the hashes of its bytecode';
  else if (!crcOk) problem = 'the program differs from its CRC-32';
  return {
    ...unknown,
    problem,
    version: header.version,
    kind: kinds[header.kind] ?? `unknown kind ${header.kind}`,
    engine: engines[header.engine] ?? `unknown engine ${header.engine}`,
    headerLength: header.header_len,
    length: header.length,
    crc32: hex(header.crc32),
    crcOk,
    tableAddress: hex(header.table_da),
    tableLength: header.table_len,
    bytecode: isBytecode && hashed ? inspectBytecode(elf, data) : null,
  };
}

function inspectBytecode(elf: ElfFile, app: Uint8Array): BytecodeInspection {
  const { engine_hash, source_hash } = AppBytecode.unpack(app, AppHeader.size);
  const section = elf.sections.find(({ name }) => name === SECTION_PROGRAM);
  const inFile =
    section?.type !== SHT_NOBITS &&
    section !== undefined &&
    section.offset + section.size <= BigInt(elf.bytes.length);
  const text = inFile ? elf.sectionData(section) : undefined;
  const same = text && shownHex(hashOfSource(text)) === shownHex(source_hash);
  return {
    engineHash: shownHex(engine_hash),
    sourceHash: shownHex(source_hash),
    source: text === undefined ? 'none' : same ? 'there' : 'of another program',
    sourceBytes: text === undefined ? null : text.length,
  };
}
