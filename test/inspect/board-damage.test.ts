/** Damaged images on boards: an answer each time, and never one that is large because a header says so. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { findBoard } from '../../boards/index.js';
import { virtM4 } from '../../boards/virt-m4.js';
import { ProblemError } from '../../runtime/abi/problem.js';
import { formatPlacement, placeOnBoard } from '../../sdk/inspect/board/index.js';
import { type Inspection, inspectElf } from '../../sdk/inspect/index.js';
import { drawImage } from '../../sdk/inspect/svg/index.js';
import { linkFirmware } from '../support/elf-images.js';

const image = (await linkFirmware(virtM4)).elf;
const full = process.env.RPROC_VOLUME === 'full';
const placedOn = ['virt-m4', 'imx8mm-m4', 'am64x-r5f', 'stm32mp157-dk-m4'].map((name) => findBoard(name)!);

function describe(bytes: Uint8Array): boolean {
  let inspection: Inspection;
  try {
    inspection = inspectElf(bytes, 'x.elf');
  } catch (error) {
    if (error instanceof ProblemError) return false;
    throw error;
  }
  for (const board of placedOn) {
    const placement = placeOnBoard(inspection, board);
    assert.ok(formatPlacement(placement).startsWith('Placement on '));
    assert.ok(drawImage(inspection, placement).length < 200000);
  }
  assert.ok(drawImage(inspection, null).length < 200000);
  return true;
}

/** Offsets of the words of headers, program headers, table and section headers. */
function words(step: number): number[] {
  const all = Array.from({ length: image.length >> 2 }, (_, i) => 4 * i);
  return all.filter((_, i) => i % step === 0);
}

test('any word set to a large value', () => {
  let placed = 0;
  for (const at of words(full ? 1 : 16)) {
    for (const value of [0xffffffff, 0x80000000, 0x10000, 0]) {
      const bytes = image.slice();
      new DataView(bytes.buffer).setUint32(at, value, true);
      if (describe(bytes)) placed++;
    }
  }
  assert.ok(placed > 60, `${placed} of them were ELF files`);
});

test('each word of the first 512 bytes, which are headers and table', () => {
  for (let at = 16; at < 512; at += 4) {
    for (const value of [0xffffffff, 0x7fffffff]) {
      const bytes = image.slice();
      new DataView(bytes.buffer).setUint32(at, value, true);
      describe(bytes);
    }
  }
});

test('cut at any length', () => {
  for (let length = 0; length < image.length; length += full ? 1 : 29) describe(image.slice(0, length));
});

test.run();
