/** The two relocatable objects of an image: the resource table, and the program with its notes. */
import { createHash } from 'node:crypto';
import { type Board, RegionUse, regionsFor } from '../../boards/board.js';
import { cpus } from '../../boards/cpus.js';
import {
  APP_ALIGN,
  APP_ENGINE_ESPRUINO,
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
} from '../../runtime/abi/app.js';
import { NT_GNU_BUILD_ID } from '../../runtime/abi/elf.js';
import { utf8Encode } from '../../runtime/abi/utf8.js';
import type { Resource } from '../config/resources/index.js';
import { makeNote, makeRprocNote } from '../elf/notes.js';
import { type ObjectSection, writeObject } from '../elf/write-object.js';
import { BUILD_ID_INPUT } from '../link/firmware-map.js';
import type { LinkInput } from '../link/link.js';
import { TABLE_SYMBOL } from '../link/symbols.js';
import { tableObject } from '../table/table-object.js';

/** A section of the author's, its file read. */
export interface SectionContent {
  readonly name: string;
  readonly align: number;
  /** Absent where the section only takes memory. */
  readonly data: Uint8Array | undefined;
  /** Bytes. */
  readonly size: number;
}

export interface ProgramParts {
  readonly board: Board;
  readonly resources: readonly Resource[];
  readonly sections: readonly SectionContent[];
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
  /** The program is for Espruino, and what that needs; for QuickJS when left out. */
  readonly espruino?: {
    /** Stands between app header and program, and counts as part of the header. */
    readonly headerTail: Uint8Array;
    /** An Espruino build, for images that hold one. */
    readonly base?: LinkInput;
  };
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
  const table = tableObject(machine, resources);
  const payload = utf8Encode(parts.code);
  const note = makeRprocNote({
    board: board.name,
    sdk: parts.sdk,
    engine: parts.engine,
    native: parts.espruino ? parts.espruino.base !== undefined : board.native !== undefined,
  });
  const hash = createHash('sha1');
  const { headerTail = new Uint8Array(0), base } = parts.espruino ?? {};
  const hashed = [table.object, payload, utf8Encode(parts.sourceMap), note, utf8Encode(parts.script)];
  hashed.push(...parts.sections.map(({ data }) => data ?? new Uint8Array(0)));
  if (base) hashed.push(base.bytes);
  if (parts.sources !== undefined) hashed.push(utf8Encode(parts.sources));
  for (const part of hashed) {
    hash.update(`${part.length}\0`).update(part);
  }
  const id = hash.digest();

  // Where Linux keeps the table in a region of its own, the remote must watch that copy, not the linked one.
  const [kept] = regionsFor(board, RegionUse.table);
  const header = AppHeader.pack({
    magic: APP_MAGIC,
    version: APP_VERSION,
    header_len: AppHeader.size + headerTail.length,
    kind: APP_KIND_SOURCE,
    engine: parts.espruino ? APP_ENGINE_ESPRUINO : APP_ENGINE_QUICKJS,
    reserved: 0,
    length: payload.length,
    crc32: crc32(payload),
    table_da: kept?.da ?? 0,
    table_len: table.tableBytes,
    pad: 0,
  });
  const app = new Uint8Array(header.length + headerTail.length + payload.length);
  app.set(header);
  app.set(headerTail, header.length);
  app.set(payload, header.length + headerTail.length);
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
      ...parts.sections.map(({ name, align, data, size }) => ({
        name,
        type: data ? ('progbits' as const) : ('nobits' as const),
        alloc: true,
        write: data === undefined,
        align,
        ...(data ? { data } : { size }),
      })),
    ],
    symbols: [],
  });
  return {
    objects: [
      { name: 'resource_table.o', bytes: table.object },
      { name: 'app.o', bytes: appObject },
      ...(base ? [base] : []),
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
