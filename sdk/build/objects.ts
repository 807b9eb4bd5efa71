/** The two relocatable objects of an image: the resource table, and the program with its notes. */
import { createHash } from 'node:crypto';
import { type Board, RegionUse, regionsFor } from '../../boards/board.js';
import { cpus } from '../../boards/cpus.js';
import {
  APP_ALIGN,
  APP_ENGINE_QUICKJS,
  APP_KIND_SOURCE,
  APP_MAGIC,
  APP_VERSION,
  AppHeader,
  crc32,
  SECTION_APP,
  SECTION_NOTE,
  SECTION_SOURCE,
  SECTION_SOURCEMAP,
  SECTION_TABLE,
} from '../../runtime/abi/app.js';
import { NT_GNU_BUILD_ID } from '../../runtime/abi/elf.js';
import { utf8Encode } from '../../runtime/abi/utf8.js';
import type { Resource } from '../config/resources.js';
import { makeNote, makeRprocNote } from '../elf/notes.js';
import { type ObjectSection, writeObject } from '../elf/write-object.js';
import { BUILD_ID_INPUT, TABLE_ALIGN, TABLE_SYMBOL, traceSection } from '../link/firmware-map.js';
import type { LinkInput } from '../link/link.js';
import { encodeTable } from '../table/encode-table.js';

export interface ProgramParts {
  readonly board: Board;
  readonly resources: readonly Resource[];
  /** The bundled program. */
  readonly code: string;
  /** Its source map, as JSON text. */
  readonly sourceMap: string;
  /** Text of the section with the original sources; absent: the image has none. */
  readonly sources?: string;
  /** Leaves out what only people and debuggers read. */
  readonly strip: boolean;
  /** Version of this SDK. */
  readonly sdk: string;
  /** Engine and version that the program was made for. */
  readonly engine: string;
  /** The linker script, which decides addresses and so belongs to the build's identity. */
  readonly script: string;
}

export interface ObjectFiles {
  readonly objects: readonly LinkInput[];
  /**
   * Hex digits of the SHA-1 over everything that went in. What `strip` leaves out is counted too: a stripped image and
   * the one that maps its stacks have the same id.
   */
  readonly buildId: string;
}

export function makeObjects(parts: ProgramParts): ObjectFiles {
  const { board, resources } = parts;
  const { machine } = cpus[board.cpu];
  const table = encodeTable(resources);
  const payload = utf8Encode(parts.code);
  const note = makeRprocNote({
    board: board.name,
    sdk: parts.sdk,
    engine: parts.engine,
    native: board.native,
  });
  const hash = createHash('sha1');
  const hashed = [table.bytes, payload, utf8Encode(parts.sourceMap), note, utf8Encode(parts.script)];
  if (parts.sources !== undefined) hashed.push(utf8Encode(parts.sources));
  for (const part of hashed) {
    hash.update(`${part.length}\0`).update(part);
  }
  const id = hash.digest();

  const tableObject = writeObject({
    machine,
    sections: [
      {
        name: SECTION_TABLE,
        type: 'progbits',
        alloc: true,
        // Linux writes the table back, so it lies in writable memory.
        write: true,
        align: TABLE_ALIGN,
        data: table.bytes,
        relocations: table.relocations,
      },
      ...resources
        .filter((resource) => resource.kind === 'trace')
        .map(({ name, size }) => ({
          name: traceSection(name),
          type: 'nobits' as const,
          alloc: true,
          write: true,
          align: 16,
          size,
        })),
    ],
    symbols: [],
  });

  // Where Linux keeps the table in a region of its own, the remote must watch that copy, not the linked one.
  const [kept] = regionsFor(board, RegionUse.table);
  const header = AppHeader.pack({
    magic: APP_MAGIC,
    version: APP_VERSION,
    header_len: AppHeader.size,
    kind: APP_KIND_SOURCE,
    engine: APP_ENGINE_QUICKJS,
    reserved: 0,
    length: payload.length,
    crc32: crc32(payload),
    table_da: kept?.da ?? 0,
    table_len: table.bytes.length,
    pad: 0,
  });
  const app = new Uint8Array(header.length + payload.length);
  app.set(header);
  app.set(payload, header.length);
  const appObject = writeObject({
    machine,
    sections: [
      {
        name: SECTION_APP,
        type: 'progbits',
        alloc: true,
        align: APP_ALIGN,
        data: app,
        relocations: kept ? [] : [{ offset: AppHeader.offset.table_da, symbol: TABLE_SYMBOL }],
      },
      ...forPeople(parts),
      {
        name: BUILD_ID_INPUT,
        type: 'note',
        alloc: false,
        align: 4,
        data: makeNote('GNU', NT_GNU_BUILD_ID, id),
      },
      { name: SECTION_NOTE, type: 'note', alloc: false, align: 4, data: note },
    ],
    symbols: [],
  });
  return {
    objects: [
      { name: 'resource_table.o', bytes: tableObject },
      { name: 'app.o', bytes: appObject },
    ],
    buildId: id.toString('hex'),
  };
}

/** Sections outside memory: what maps stacks and shows sources. */
function forPeople({ strip, sourceMap, sources }: ProgramParts): ObjectSection[] {
  if (strip) return [];
  const section = (name: string, text: string): ObjectSection => ({
    ...{ name, type: 'progbits', alloc: false, align: 1, data: utf8Encode(text) },
  });
  const map = section(SECTION_SOURCEMAP, sourceMap);
  return sources === undefined ? [map] : [map, section(SECTION_SOURCE, sources)];
}
