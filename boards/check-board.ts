/** What every board's data must fulfil; run when a board is defined. */
import { hex } from '../runtime/abi/address.js';
import type { Board, MemoryRegion, NativeSide } from './board.js';
import { type CpuName, cpus } from './cpus.js';

/** CPUs that runtime/native has start-up code for. */
const nativeCpus: readonly CpuName[] = ['cortex-m4', 'cortex-m7', 'cortex-r5f', 'rv32imac'];

/** Throws an Error that names the board and what is wrong with it. */
export function checkBoard(board: Board): void {
  const fail = (what: string): never => {
    throw new Error(`board ${board.name}: ${what}`);
  };
  if (!(board.cpu in cpus)) fail(`unknown cpu ${board.cpu}`);
  const seen: MemoryRegion[] = [];
  for (const region of board.memory) {
    if (region.len <= 0 || region.da < 0) fail(`region ${region.name} has no bytes`);
    if (region.da + region.len > 2 ** 32) fail(`region ${region.name} does not fit 32-bit device addresses`);
    for (const other of seen) {
      if (other.name === region.name) fail(`two regions are named ${region.name}`);
      const apart = region.da + region.len <= other.da || other.da + other.len <= region.da;
      if (!apart) {
        fail(`region ${region.name} at ${hex(region.da)} overlaps ${other.name} at ${hex(other.da)}`);
      }
    }
    seen.push(region);
    if (board.translation && !translates(board, region)) {
      fail(`region ${region.name} at ${hex(region.da)} is not what the translation says`);
    }
  }
  if (!board.memory.some((region) => region.use === 'image')) fail('no region for the image');
  for (const { name, aliasOf, len } of board.memory) {
    if (aliasOf === undefined) continue;
    const other = seen.find((region) => region.name === aliasOf);
    if (!other || other.name === name || other.len !== len) fail(`region ${name} is no alias of ${aliasOf}`);
  }
  for (const [i, row] of (board.translation ?? []).entries()) {
    const end = Math.max(row.da, row.pa ?? row.da) + row.len;
    if (row.len <= 0 || row.da < 0 || (row.pa ?? 0) < 0) fail(`translation row ${row.name} has no bytes`);
    if (end > 2 ** 32) fail(`translation row ${row.name} does not fit 32-bit addresses`);
    if (board.translation!.findIndex(({ name }) => name === row.name) !== i) {
      fail(`two translation rows are named ${row.name}`);
    }
  }
  if (board.native) checkNative(board, board.native, fail);
  for (const { region, text } of origins(board)) {
    if (text.trim() === '') fail(`${region} does not say where its numbers come from`);
  }
}

/** Start-up code needs a family that it is written for, and every part of the image a region of its own memory. */
function checkNative(board: Board, { place, origin }: NativeSide, fail: (what: string) => never): void {
  if (!nativeCpus.includes(board.cpu)) fail(`there is no native engine for ${board.cpu}`);
  const images = board.memory.filter(({ use, aliasOf }) => use === 'image' && aliasOf === undefined);
  for (const [part, region] of Object.entries(place)) {
    if (!images.some(({ name }) => name === region)) {
      fail(`native.place.${part} is ${region}, which is no region for the image`);
    }
  }
  if (place.data !== images[0].name)
    fail(`native.place.data must be ${images[0].name}, the first image region`);
  if (origin.trim() === '') fail('native does not say where its numbers come from');
}

/** One row must hold the whole region and lead to its physical address. */
function translates(board: Board, region: MemoryRegion): boolean {
  const row = board.translation!.find(
    (candidate) => region.da >= candidate.da && region.da + region.len <= candidate.da + candidate.len,
  );
  if (!row) return false;
  return (row.pa ?? row.da) + (region.da - row.da) === (region.pa ?? region.da);
}

function origins(board: Board): { region: string; text: string }[] {
  const rows = [...board.memory, ...(board.translation ?? [])].map(({ name, origin }) => ({
    region: name,
    text: origin,
  }));
  return board.mailbox ? [...rows, { region: 'mailbox', text: board.mailbox.origin }] : rows;
}
