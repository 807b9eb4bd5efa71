/** The relocatable objects of an image: the resource table, the program with its notes, and what else is linked. */
import { createHash } from 'node:crypto';
import { type Board, RegionUse, regionsFor } from '../../boards/board.js';
import { cpus } from '../../boards/cpus.js';
import {
  APP_ALIGN,
  AppHeader,
  SECTION_APP,
  SECTION_NOTE,
  SECTION_PROGRAM,
  SECTION_SOURCE,
  SECTION_SOURCEMAP,
} from '../../runtime/abi/app.js';
import { NT_GNU_BUILD_ID } from '../../runtime/abi/elf.js';
import { utf8Encode } from '../../runtime/abi/utf8.js';
import type { Resource } from '../config/resources/index.js';
import { type EngineProfile, makeNote, makeRprocNote } from '../elf/notes.js';
import { type ObjectSection, writeObject } from '../elf/write-object.js';
import { BUILD_ID_INPUT } from '../link/firmware-map.js';
import type { LinkInput } from '../link/link.js';
import { TABLE_SYMBOL } from '../link/symbols.js';
import { tableObject } from '../table/table-object.js';
import { type Payload, packApp } from './payload.js';

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
  /** What is loaded of it. */
  readonly payload: Payload;
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
  /** What of the engine a native image holds; absent in images without machine code. */
  readonly profile?: EngineProfile;
  /** The linker script, which decides addresses and so belongs to the build's identity. */
  readonly script: string;
  /** What else is linked: board record, engine, libraries. */
  readonly further?: readonly LinkInput[];
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
  const { payload } = parts;
  const note = makeRprocNote({
    board: board.name,
    sdk: parts.sdk,
    engine: parts.engine,
    native: payload.kind === 'espruino' ? parts.further !== undefined : board.native !== undefined,
    profile: parts.profile,
  });
  const hash = createHash('sha1');
  const hashed = [table.object, payload.bytes, utf8Encode(parts.sourceMap), note, utf8Encode(parts.script)];
  hashed.push(...parts.sections.map(({ data }) => data ?? new Uint8Array(0)));
  if (parts.sources !== undefined) hashed.push(utf8Encode(parts.sources));
  // Names engine and source; what `strip` leaves out of the latter is counted with it.
  if (payload.kind === 'bytecode') hashed.push(payload.engineHash, payload.sourceHash);
  hashed.push(...(parts.further ?? []).map(({ bytes }) => bytes));
  for (const part of hashed) {
    hash.update(`${part.length}\0`).update(part);
  }
  const id = hash.digest();

  // Where Linux keeps the table in a region of its own, the remote must watch that copy, not the linked one.
  const [kept] = regionsFor(board, RegionUse.table);
  const app = packApp(payload, { da: kept?.da ?? 0, len: table.tableBytes });
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
      ...(parts.further ?? []),
    ],
    buildId: id.toString('hex'),
  };
}

/** Sections outside memory: what maps stacks, shows sources, and lets other engines run the program. */
function forPeople({ strip, code, payload, sourceMap, sources }: ProgramParts): ObjectSection[] {
  if (strip) return [];
  const section = (name: string, text: string): ObjectSection => ({
    ...{ name, type: 'progbits', alloc: false, align: 1, data: utf8Encode(text) },
  });
  const sections = [section(SECTION_SOURCEMAP, sourceMap)];
  if (payload.kind === 'bytecode') sections.push(section(SECTION_PROGRAM, code));
  if (sources !== undefined) sections.push(section(SECTION_SOURCE, sources));
  return sections;
}
