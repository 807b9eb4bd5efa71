/** Small firmware images for the ELF, link and inspect tests: made as a build makes them, from fixed content. */
import type { Board } from '../../boards/board.js';
import { cpus } from '../../boards/cpus.js';
import { generateLinkerScript } from '../../ldscripts/index.js';
import {
  AppHeader,
  SECTION_APP,
  SECTION_NOTE,
  SECTION_SOURCEMAP,
  SECTION_TABLE,
} from '../../runtime/abi/app.js';
import { NT_GNU_BUILD_ID } from '../../runtime/abi/elf.js';
import { FwRscHdr, FwRscTrace, ResourceTable } from '../../runtime/abi/resource-table.js';
import { utf8Encode } from '../../runtime/abi/utf8.js';
import { GNU_NOTE_NAME, makeNote, makeRprocNote } from '../../sdk/elf/notes.js';
import { writeObject } from '../../sdk/elf/write-object.js';
import { BUILD_ID_INPUT, firmwareMap, type TraceBuffer } from '../../sdk/link/firmware-map.js';
import { type LinkInput, type LinkResult, link } from '../../sdk/link/link.js';
import { APP_SYMBOL, TABLE_SYMBOL, traceSection, traceSymbol } from '../../sdk/link/symbols.js';
import { packApp } from './pack-app.js';
import { carveout, concat, entry, table, trace, vdev } from './sim-images.js';

export { concat, entry };

export const SOURCE = 'console.log("hello");\n';
export const BUILD_ID = new Uint8Array(Array.from({ length: 20 }, (_, i) => 0xa0 + i));
export const NOTE = { board: '', sdk: '0.1.0', engine: 'quickjs 2025-09-13', native: false } as const;

/** A table with the given entries (type word and payload each); its header counts `num`. */
export function tableBytes(entries: readonly Uint8Array[], num = entries.length): Uint8Array {
  const bytes = table(entries);
  ResourceTable.over(bytes).num = num;
  return bytes;
}

export function vdevEntry(
  config: Uint8Array = new Uint8Array(0),
  vrings = 2,
  num = 256,
  align = 16,
): Uint8Array {
  const ring = { num, align, notifyid: 0 };
  return concat(vdev(new Array(vrings).fill(ring), { config_len: config.length }), config);
}

export function carveoutEntry(name: string, len: number): Uint8Array {
  return carveout(name, { len });
}

/** The objects of a firmware with one carveout, one rpmsg vdev, `traces` and the entries in `more`. */
export function firmwareObjects(
  board: Board,
  traces: readonly TraceBuffer[],
  more: readonly Uint8Array[] = [],
): LinkInput[] {
  const { machine } = cpus[board.cpu];
  const head = [carveoutEntry('shared', 0x2000), vdevEntry(utf8Encode('cfg!'))];
  const entries = [...head, ...traces.map(({ name, size }) => trace(0, size, 0, name)), ...more];
  const tableData = tableBytes(entries);
  let at = ResourceTable.size + 4 * entries.length + head.reduce((sum, bytes) => sum + bytes.length, 0);
  const relocations = traces.map(({ name }) => {
    const offset = at + FwRscHdr.size + FwRscTrace.offset.da;
    at += FwRscHdr.size + FwRscTrace.size;
    return { offset, symbol: traceSymbol(name) };
  });
  const tableObject = writeObject({
    machine,
    sections: [
      {
        name: SECTION_TABLE,
        type: 'progbits',
        alloc: true,
        write: true,
        align: 16,
        data: tableData,
        relocations,
      },
      ...traces.map(
        ({ name, size }) =>
          ({ name: traceSection(name), type: 'nobits', alloc: true, write: true, align: 16, size }) as const,
      ),
    ],
  });
  const appObject = writeObject({
    machine,
    sections: [
      {
        name: SECTION_APP,
        type: 'progbits',
        alloc: true,
        align: 16,
        data: packApp(SOURCE, { table_len: tableData.length }),
        relocations: [{ offset: AppHeader.offset.table_da, symbol: TABLE_SYMBOL }],
      },
      {
        name: SECTION_SOURCEMAP,
        type: 'progbits',
        alloc: false,
        align: 1,
        data: utf8Encode('{"version":3}'),
      },
      {
        name: BUILD_ID_INPUT,
        type: 'note',
        alloc: false,
        align: 4,
        data: makeNote(GNU_NOTE_NAME, NT_GNU_BUILD_ID, BUILD_ID),
      },
      {
        name: SECTION_NOTE,
        type: 'note',
        alloc: false,
        align: 4,
        data: makeRprocNote({ ...NOTE, board: board.name }),
      },
    ],
  });
  return [
    { name: 'resource_table.o', bytes: tableObject },
    { name: 'app.o', bytes: appObject },
  ];
}

export const TRACES: readonly TraceBuffer[] = [
  { name: 'trace0', size: 0x1000 },
  { name: 'log-1', size: 0x123 },
];

/** A linked firmware for `board`; its entry is `APP_SYMBOL`. */
export function linkFirmware(
  board: Board,
  options: {
    readonly linker?: string;
    readonly traces?: readonly TraceBuffer[];
    readonly more?: readonly Uint8Array[];
  } = {},
): Promise<LinkResult> {
  const traces = options.traces ?? TRACES;
  const script = generateLinkerScript(firmwareMap({ board, firmwareName: 'hello', traces }));
  return link({
    machine: cpus[board.cpu].machine,
    objects: firmwareObjects(board, traces, options.more),
    script,
    linker: options.linker,
  });
}

export const ENTRY = APP_SYMBOL;
