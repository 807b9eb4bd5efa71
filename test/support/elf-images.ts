/** Small firmware images for the ELF, link and inspect tests: made as a build makes them, from fixed content. */
import type { Board } from '../../boards/board.js';
import { cpus } from '../../boards/cpus.js';
import { generateLinkerScript } from '../../ldscripts/index.js';
import {
  APP_ENGINE_QUICKJS,
  APP_KIND_SOURCE,
  APP_MAGIC,
  APP_VERSION,
  AppHeader,
  crc32,
  SECTION_APP,
  SECTION_NOTE,
  SECTION_SOURCEMAP,
  SECTION_TABLE,
} from '../../runtime/abi/app.js';
import { NT_GNU_BUILD_ID } from '../../runtime/abi/elf.js';
import {
  FW_RSC_ADDR_ANY,
  FwRscCarveout,
  FwRscHdr,
  FwRscTrace,
  FwRscVdev,
  FwRscVdevVring,
  ResourceTable,
  RSC_CARVEOUT,
  RSC_TRACE,
  RSC_VDEV,
} from '../../runtime/abi/resource-table.js';
import { utf8Encode } from '../../runtime/abi/utf8.js';
import { GNU_NOTE_NAME, makeNote, makeRprocNote } from '../../sdk/elf/notes.js';
import { writeObject } from '../../sdk/elf/write-object.js';
import { BUILD_ID_INPUT, firmwareMap, type TraceBuffer } from '../../sdk/link/firmware-map.js';
import { type LinkInput, type LinkResult, link } from '../../sdk/link/link.js';
import { APP_SYMBOL, TABLE_SYMBOL, traceSection, traceSymbol } from '../../sdk/link/symbols.js';

export const SOURCE = 'console.log("hello");\n';
export const BUILD_ID = new Uint8Array(Array.from({ length: 20 }, (_, i) => 0xa0 + i));
export const NOTE = { board: '', sdk: '0.1.0', engine: 'quickjs 2025-09-13', native: false } as const;

export function concat(...chunks: Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(chunks));
}

/** A table with the given entries (type word and payload each), 4-byte aligned, in one block. */
export function tableBytes(entries: readonly Uint8Array[], num = entries.length): Uint8Array {
  let at = ResourceTable.size + 4 * entries.length;
  const offsets = new Uint8Array(4 * entries.length);
  entries.forEach((entry, i) => {
    new DataView(offsets.buffer).setUint32(4 * i, at, true);
    at += entry.length;
  });
  return concat(ResourceTable.pack({ ver: 1, num, reserved: [0, 0] }), offsets, ...entries);
}

export function entry(type: number, ...payload: Uint8Array[]): Uint8Array {
  return concat(FwRscHdr.pack({ type }), ...payload);
}

export function vdevEntry(
  config: Uint8Array = new Uint8Array(0),
  vrings = 2,
  num = 256,
  align = 16,
): Uint8Array {
  const ring = FwRscVdevVring.pack({ da: FW_RSC_ADDR_ANY, align, num, notifyid: 0, pa: 0 });
  return entry(
    RSC_VDEV,
    FwRscVdev.pack({
      id: 7,
      notifyid: 0,
      dfeatures: 1,
      gfeatures: 0,
      config_len: config.length,
      status: 0,
      num_of_vrings: vrings,
      reserved: new Uint8Array(2),
    }),
    ...Array.from({ length: vrings }, () => ring),
    config,
  );
}

export function carveoutEntry(name: string, len: number): Uint8Array {
  return entry(
    RSC_CARVEOUT,
    FwRscCarveout.pack({ da: FW_RSC_ADDR_ANY, pa: FW_RSC_ADDR_ANY, len, flags: 0, reserved: 0, name }),
  );
}

function traceEntry({ name, size }: TraceBuffer): Uint8Array {
  return entry(RSC_TRACE, FwRscTrace.pack({ da: 0, len: size, reserved: 0, name }));
}

/** The objects of a firmware with one carveout, one rpmsg vdev, `traces` and the entries in `more`. */
export function firmwareObjects(
  board: Board,
  traces: readonly TraceBuffer[],
  more: readonly Uint8Array[] = [],
): LinkInput[] {
  const { machine } = cpus[board.cpu];
  const head = [carveoutEntry('shared', 0x2000), vdevEntry(utf8Encode('cfg!'))];
  const entries = [...head, ...traces.map(traceEntry), ...more];
  const table = tableBytes(entries);
  let at = ResourceTable.size + 4 * entries.length + head.reduce((sum, bytes) => sum + bytes.length, 0);
  const relocations = traces.map(({ name }) => {
    const offset = at + FwRscHdr.size + FwRscTrace.offset.da;
    at += FwRscHdr.size + FwRscTrace.size;
    return { offset, symbol: traceSymbol(name) };
  });
  const payload = new Uint8Array(utf8Encode(SOURCE));
  const header = AppHeader.pack({
    magic: APP_MAGIC,
    version: APP_VERSION,
    header_len: AppHeader.size,
    kind: APP_KIND_SOURCE,
    engine: APP_ENGINE_QUICKJS,
    reserved: 0,
    length: payload.length,
    crc32: crc32(payload),
    table_da: 0,
    table_len: table.length,
    pad: 0,
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
        data: table,
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
        data: concat(header, payload),
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
