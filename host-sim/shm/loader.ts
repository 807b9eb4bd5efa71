/** A boot loader for memory files: puts an image into one before there is a host. */
import { addressRanges, type Board } from '../../boards/board.js';
import { da as toDa } from '../../runtime/abi/address.js';
import { elfBootAddr, elfFindTable, elfLoadSegments, type Mapping } from '../remoteproc/elf-loader.js';
import { SocMemory } from '../soc/memory.js';
import { fileBase, type MemoryFile } from './memory-file.js';
import type { Stretch } from './shared-copy.js';

/** Where a loaded image begins, and where its resource table lies, if it has one. */
export interface LoadedImage {
  readonly bootAddr: bigint;
  readonly table: Stretch | undefined;
}

/** Loads the segments of an ELF image into the file. Throws Error with the kernel's own words where it would refuse them. */
export function loadIntoFile(image: Uint8Array, board: Board, file: MemoryFile): LoadedImage {
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
  if (loaded < 0) throw new Error(refusal ?? `errno ${loaded}`);
  const begin = fileBase(board);
  for (const { pa, bytes } of memory.backed()) file.write(pa - begin, bytes);
  const table = elfFindTable({ name: 'image', data: image }, { err: () => {} });
  return {
    bootAddr: elfBootAddr({ name: 'image', data: image }),
    table: table && { da: Number(table.sh_addr), len: Number(table.sh_size) },
  };
}
