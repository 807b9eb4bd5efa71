/** The images that are measured, all for the emulated Cortex-M4F. */
import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { qemuMps2An386 } from '../../../boards/qemu/mps2-an386.js';
import { SECTION_APP, SECTION_TABLE } from '../../../runtime/abi/app.js';
import { assemble } from '../../../sdk/build/assemble.js';
import { build } from '../../../sdk/build/build.js';
import type { ElfFile } from '../../../sdk/elf/elf-file.js';
import { hashOfSource } from '../../../sdk/elf/source-hash.js';
import { trace } from '../../../sdk/index.js';
import { compileBytecode } from '../../../sdk/native/compile.js';
import { findProducts } from '../../../sdk/native/products.js';
import { bareFirmware } from '../../support/firmware.js';

export const board = qemuMps2An386;
const echoFolder = fileURLToPath(new URL('../echo', import.meta.url));

/** The bench's echo firmware: the whole stack. */
export async function echoImage(): Promise<Uint8Array> {
  const dir = await mkdtemp(join(tmpdir(), 'rproc-native-bench-'));
  try {
    const { image } = await build({ dir: echoFolder, board: board.name, output: join(dir, 'echo.elf') });
    return image.elf;
  } finally {
    rmSync(dir, { recursive: true });
  }
}

/** A program that sees nothing but the hal. */
export async function bareProgram(code: string): Promise<Uint8Array> {
  const products = findProducts();
  const image = await assemble(bareFirmware(board, [trace({ name: 'trace0', size: 0x1000 })]), {
    code,
    sourceMap: '{}',
    payload: {
      kind: 'bytecode',
      bytes: await compileBytecode(code, { file: 'firmware.js', debug: 'none' }),
      engineHash: new Uint8Array(Buffer.from(products.hash, 'hex')),
      sourceHash: hashOfSource(new Uint8Array(Buffer.from(code))),
    },
    engine: { profile: 'small', version: products.engine },
  });
  return image.elf;
}

/** Loaded bytes that are neither the program nor its resource table. */
export function engineBytes(elf: ElfFile): number {
  const SHF_ALLOC = 2n;
  const SHT_NOBITS = 8;
  return elf.sections
    .filter(({ flags, type }) => (BigInt(flags) & SHF_ALLOC) !== 0n && type !== SHT_NOBITS)
    .filter(({ name }) => name !== SECTION_APP && name !== SECTION_TABLE)
    .reduce((sum, { size }) => sum + Number(size), 0);
}
