/** Native products without code: what a link needs by name, written by the SDK itself, for images that only simulated cores run. */
import type { Board } from '../../boards/board.js';
import { cpus } from '../../boards/cpus.js';
import { NativeStatus, SECTION_STATUS, STATUS_SYMBOL } from '../../runtime/abi/native.js';
import { type ObjectFile, writeObject } from '../../sdk/elf/write-object.js';
import { SECTION_RESET, SECTION_VECTORS } from '../../sdk/link/native-map.js';
import type { LinkProducts } from '../../sdk/native/link-inputs.js';

/** Bytes of vectors and of start-up code, all zero. */
const BYTES = 1024;

export function hollowProducts({ cpu }: Board): LinkProducts {
  const { machine } = cpus[cpu];
  const part = (name: string) => ({
    ...{ name, type: 'progbits' as const, alloc: true, align: 4, data: new Uint8Array(BYTES) },
  });
  const start: ObjectFile = {
    machine,
    sections: [
      part(SECTION_VECTORS),
      part(SECTION_RESET),
      { name: SECTION_STATUS, type: 'nobits', alloc: true, write: true, align: 16, size: NativeStatus.size },
    ],
    symbols: [
      { name: 'rproc_vectors', section: SECTION_VECTORS },
      { name: 'rproc_reset', section: SECTION_RESET },
      { name: STATUS_SYMBOL, section: SECTION_STATUS },
    ],
  };
  const nothing: ObjectFile = { machine, sections: [], symbols: [] };
  return { file: (_cpu, name) => writeObject(name === 'librproc.a' ? start : nothing) };
}
