/** The object file with the resource table and the trace buffers that it points to. */
import type { MachineName } from '../../boards/cpus.js';
import { SECTION_TABLE } from '../../runtime/abi/app.js';
import type { Resource } from '../config/resources/index.js';
import { writeObject } from '../elf/write-object.js';
import { TABLE_ALIGN, TRACE_ALIGN } from '../link/firmware-map.js';
import { TABLE_SYMBOL, traceSection, traceSymbol } from '../link/symbols.js';
import { encodeTable } from './encode-table.js';
import { traceBuffers } from './linked.js';

export interface TableObject {
  /** The ELF relocatable file. */
  readonly object: Uint8Array;
  /** Bytes of `.resource_table`. */
  readonly tableBytes: number;
}

/**
 * @param symbols whether the object itself defines the symbols of the table and of the trace buffers; otherwise the
 * linker script does
 */
export function tableObject(
  machine: MachineName,
  resources: readonly Resource[],
  symbols = false,
): TableObject {
  const { bytes, relocations } = encodeTable(resources);
  const traces = traceBuffers(resources);
  const object = writeObject({
    machine,
    sections: [
      {
        name: SECTION_TABLE,
        type: 'progbits',
        alloc: true,
        // Linux writes the table back, so it lies in writable memory.
        write: true,
        align: TABLE_ALIGN,
        data: bytes,
        relocations,
      },
      ...traces.map(({ name, size }) => ({
        name: traceSection(name),
        type: 'nobits' as const,
        alloc: true,
        write: true,
        align: TRACE_ALIGN,
        size,
      })),
    ],
    symbols: symbols
      ? [
          { name: TABLE_SYMBOL, section: SECTION_TABLE, size: bytes.length },
          ...traces.map(({ name, size }) => ({
            name: traceSymbol(name),
            section: traceSection(name),
            size,
          })),
        ]
      : [],
  });
  return { object, tableBytes: bytes.length };
}
