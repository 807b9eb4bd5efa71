/**
 * An image around an Espruino build, linked like any other: the build's segments are sections at their addresses, the program lies
 * in the build's Storage, the resource table and the trace buffers in RAM that the build leaves alone.
 */
import { type Board, RegionUse } from '../../../boards/board.js';
import { cpus } from '../../../boards/cpus.js';
import type { MapSection, MemoryMap } from '../../../ldscripts/memory-map.js';
import { AppHeader, SECTION_APP } from '../../../runtime/abi/app.js';
import { type ObjectSection, writeObject } from '../../elf/write-object.js';
import { programTooLarge } from '../../errors.js';
import { type FirmwareParts, firmwareMap } from '../../link/firmware-map.js';
import type { LinkInput } from '../../link/link.js';
import type { EspruinoBase } from './read-base.js';
import { APP_HEADER_FILE, BOOT_CODE_FILE, erased, STORAGE_HEADER_SIZE, storageHeader } from './storage.js';

const RAM = 'espruino-ram';
const STORAGE = 'espruino-storage';
const SECTION_STORAGE = '.espruino.storage';
const SECTION_ERASED = '.espruino.erased';
const ENTRY = 'espruino_entry';

const segmentName = (i: number): string => `espruino-${i}`;
const segmentSection = (i: number): string => `.espruino.${i}`;

/** What stands between app header and program: Espruino's own header in front of its boot code. */
export const bootCodeHeader = (length: number): Uint8Array => storageHeader(BOOT_CODE_FILE, length);

/** The memory map of such an image. */
export function baseMap({ segments, options, entry }: EspruinoBase, parts: FirmwareParts): MemoryMap {
  const { savedCode, ram } = options;
  const origin = `espruino.ram and espruino.savedCode of ${parts.firmwareName}'s configuration`;
  const image = { use: RegionUse.image, origin };
  const board: Board = {
    ...parts.board,
    memory: [
      { name: RAM, da: ram.da, len: ram.len, ...image },
      { name: STORAGE, da: savedCode.da, len: savedCode.len, ...image },
    ],
  };
  const traces = parts.traces.map(({ region, ...trace }) => trace);
  const sections = (parts.sections ?? []).map(({ region, ...section }) => section);
  const map = firmwareMap({ ...parts, board, traces, sections, placement: { table: RAM, app: STORAGE } });
  const inStorage = (name: string): MapSection => ({
    ...{ name, region: STORAGE, align: 1, inputs: [{ pattern: name, keep: true }], segment: { flags: 'r' } },
    comment: "Espruino's Storage: a header for each file, and erased memory behind the last one.",
  });
  const app = map.sections.findIndex(({ name }) => name === SECTION_APP);
  const base = segments.flatMap(({ data, zeroes }, i): MapSection[] => {
    const name = segmentSection(i);
    const common = { region: segmentName(i), align: 1, segment: { flags: 'rwx' } };
    const loaded = { ...common, name, inputs: [{ pattern: name, keep: true }] };
    const zeroed = {
      ...common,
      name: `${name}.zero`,
      inputs: [{ pattern: `${name}.zero`, keep: true }],
      noload: true,
    };
    return [...(data.length > 0 ? [loaded] : []), ...(zeroes > 0 ? [zeroed] : [])];
  });
  return {
    ...map,
    entry: ENTRY,
    regions: [
      ...map.regions,
      ...segments.map(({ da, data, zeroes }, i) => ({
        name: segmentName(i),
        origin: da,
        length: data.length + zeroes,
        attributes: 'rwx',
        comment: `segment ${i} of ${options.base}`,
      })),
    ],
    sections: [
      ...map.sections.slice(0, app),
      inStorage(SECTION_STORAGE),
      map.sections[app],
      inStorage(SECTION_ERASED),
      ...map.sections.slice(app + 1),
      ...base,
    ],
    symbols: [...map.symbols, { name: ENTRY, value: entry, comment: `e_entry of ${options.base}` }],
  };
}

/** The build as an object file, with what surrounds `programBytes` bytes of program in its Storage. */
export function baseObject(base: EspruinoBase, board: Board, programBytes: number): LinkInput {
  const { savedCode } = base.options;
  const used = STORAGE_HEADER_SIZE + AppHeader.size + STORAGE_HEADER_SIZE + programBytes;
  if (used > savedCode.len) throw programTooLarge(programBytes, used, savedCode.len);
  const content = (name: string, data: Uint8Array): ObjectSection => ({
    ...{ name, type: 'progbits', alloc: true, align: 1, data },
  });
  const sections = base.segments.flatMap(({ data, zeroes }, i): ObjectSection[] => {
    const name = segmentSection(i);
    const zeroed: ObjectSection = {
      name: `${name}.zero`,
      type: 'nobits',
      alloc: true,
      write: true,
      align: 1,
      size: zeroes,
    };
    return [...(data.length > 0 ? [content(name, data)] : []), ...(zeroes > 0 ? [zeroed] : [])];
  });
  sections.push(content(SECTION_STORAGE, storageHeader(APP_HEADER_FILE, AppHeader.size)));
  if (used < savedCode.len) sections.push(content(SECTION_ERASED, erased(savedCode.len - used)));
  return {
    name: 'espruino.o',
    bytes: writeObject({ machine: cpus[board.cpu].machine, sections, symbols: [] }),
  };
}
