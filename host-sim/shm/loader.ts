/** A boot loader for memory files: puts an image into one before there is a host. */
import { addressRanges, type Board } from '../../boards/board.js';
import { da as toDa } from '../../runtime/abi/address.js';
import { elfLoadSegments, type Mapping } from '../remoteproc/elf-loader.js';
import { SocMemory } from '../soc/memory.js';
import type { MemoryFile } from './memory-file.js';

/** Loads the segments of an ELF image into the file. The kernel's own words where it would refuse them; undefined when all is well. */
export function loadIntoFile(image: Uint8Array, board: Board, file: MemoryFile): string | undefined {
  const memory = new SocMemory(addressRanges(board));
  let refusal: string | undefined;
  const loaded = elfLoadSegments(
    { name: 'image', data: image },
    {
      err: (text) => {
        refusal = text;
      },
      sizeBits: 64,
      daToVa: (da: bigint, len: number): Mapping | undefined => {
        const at = toDa(Number(da));
        return memory.bytesAtDa(at, len) && { bytes: () => memory.bytesAtDa(at, len)! };
      },
      place: (to, data) => to.bytes().set(data),
    },
  );
  if (loaded < 0) return refusal ?? `errno ${loaded}`;
  const begin = Math.min(...board.memory.map(({ da }) => da));
  for (const { pa, bytes } of memory.backed()) file.write(pa - begin, bytes);
  return undefined;
}
