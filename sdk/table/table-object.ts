/** The object file with the resource table and the trace buffers that it points to. */
import type { MachineName } from '../../boards/cpus.js';
import { SECTION_TABLE } from '../../runtime/abi/app.js';
import type { Resource } from '../config/resources/index.js';
import { writeObject } from '../elf/write-object.js';
import { TABLE_ALIGN, TRACE_ALIGN } from '../link/firmware-map.js';
import { traceSection } from '../link/symbols.js';
import { encodeTable } from './encode-table.js';
import { traceBuffers } from './linked.js';

export interface TableObject {
  /** The ELF relocatable file. */
  readonly object: Uint8Array;
  /** Bytes of `.resource_table`. */
  readonly tableBytes: number;
}

export function tableObject(machine: MachineName, resources: readonly Resource[]): TableObject {
  const { bytes, relocations } = encodeTable(resources);
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
      ...traceBuffers(resources).map(({ name, size }) => ({
        name: traceSection(name),
        type: 'nobits' as const,
        alloc: true,
        write: true,
        align: TRACE_ALIGN,
        size,
      })),
    ],
    symbols: [],
  });
  return { object, tableBytes: bytes.length };
}
