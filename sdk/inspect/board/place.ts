/** Places an inspected image on a board. */
import { type Board, RegionUse, regionsFor } from '../../../boards/board.js';
import { hex } from '../../../runtime/abi/address.js';
import { FW_RSC_ADDR_ANY, RVDEV_NUM_VRINGS } from '../../../runtime/abi/resource-table.js';
import { RPMSG_BUF_SIZE, RPMSG_MAX_NUM_BUFS } from '../../../runtime/abi/rpmsg.js';
import { VIRTIO_ID_RPMSG } from '../../../runtime/abi/virtio.js';
import type { EntryInspection, FieldInspection, Inspection } from '../inspection.js';
import { Allocations } from './allocations.js';
import { locate, locateRequest, type Place, placesOf } from './locate.js';
import type {
  AllocationPlacement,
  BoardPlacement,
  PartPlacement,
  RegionPlacement,
  ReservePlacement,
  VdevPlacement,
  VringPlacement,
} from './placement.js';

/** Where each part of the image lies on `board`, and what Linux provides there. Any inspected image has an answer. */
export function placeOnBoard(inspection: Inspection, board: Board): BoardPlacement {
  const places = placesOf(board);
  const allocations = new Allocations(board);
  const entries = inspection.resourceTable?.entries ?? [];
  const carveouts: AllocationPlacement[] = [];
  const drafts: { entry: EntryInspection; index: number; vrings: VringPlacement[] }[] = [];
  // In the table's order, as Linux registers them; buffers come last, when the core runs.
  for (const entry of entries) {
    if (entry.type === 'carveout' && !entry.problem) carveouts.push(placeCarveout(allocations, entry));
    if (entry.type !== 'vdev' || entry.problem) continue;
    const index = drafts.length;
    drafts.push({ entry, index, vrings: placeVrings(allocations, entry, index) });
  }
  const vdevs = drafts.map(({ entry, index, vrings }) => ({
    index,
    entry: entry.index,
    id: fieldNumber(entry.fields, 'id'),
    vrings,
    buffers: placeBuffers(allocations, entry, index),
    problem: vdevProblem(board, index),
  }));
  const parts = [
    ...imageParts(inspection, board, places),
    ...tableParts(inspection, board, places),
    ...requestParts(board, places, carveouts, vdevs),
  ];
  const rings = vdevs.flatMap(({ vrings }) => vrings);
  const provided = [...carveouts, ...rings, ...vdevs.flatMap(({ buffers }) => buffers ?? [])];
  return {
    board: board.name,
    driver: board.linux.driver,
    strictEnds: board.linux.strictEnds ?? false,
    regions: regionsWith(places, parts, provided),
    parts,
    carveouts,
    vdevs,
    reserve: reserveOf(allocations, carveouts, vdevs),
  };
}

/** A field's value as a number; 0 when the table ends before it. */
function fieldNumber(fields: readonly FieldInspection[], name: string): number {
  return Number(fields.find((field) => field.name === name)?.value ?? 0);
}

function fieldText(fields: readonly FieldInspection[], name: string): string {
  return String(fields.find((field) => field.name === name)?.value ?? '');
}

function placeCarveout(allocations: Allocations, { index, fields }: EntryInspection): AllocationPlacement {
  const size = fieldNumber(fields, 'len');
  const name = fieldText(fields, 'name');
  return allocations.carveout({ name, entry: index, size, needed: size, da: fieldNumber(fields, 'da') });
}

function placeVrings(allocations: Allocations, entry: EntryInspection, vdev: number): VringPlacement[] {
  return entry.vrings.slice(0, RVDEV_NUM_VRINGS).map(({ index, fields, ringBytes, pageBytes }) => {
    const request = { name: `vdev${vdev}vring${index}`, entry: entry.index, size: ringBytes };
    const placed = allocations.vring({ ...request, needed: pageBytes, da: fieldNumber(fields, 'da') });
    return { ...placed, num: fieldNumber(fields, 'num'), align: fieldNumber(fields, 'align') };
  });
}

/** Only rpmsg is known to allocate when its driver binds (`rpmsg_probe()`). */
function placeBuffers(
  allocations: Allocations,
  { index: entry, fields, vrings }: EntryInspection,
  vdev: number,
): AllocationPlacement | null {
  if (fieldNumber(fields, 'id') !== VIRTIO_ID_RPMSG || !vrings[0]) return null;
  const size = Math.min(2 * fieldNumber(vrings[0].fields, 'num'), RPMSG_MAX_NUM_BUFS) * RPMSG_BUF_SIZE;
  return allocations.buffers({
    ...{ name: `vdev${vdev}buffer`, entry, size, needed: size, da: FW_RSC_ADDR_ANY },
  });
}

function vdevProblem({ linux }: Board, index: number): string | null {
  if (linux.maxVdevs === undefined || index < linux.maxVdevs) return null;
  return `${linux.driver} has no doorbell for more than ${linux.maxVdevs} vdev`;
}

function imageParts(inspection: Inspection, board: Board, places: readonly Place[]): PartPlacement[] {
  const { segments, resourceTable, app } = inspection;
  const parts: PartPlacement[] = segments
    .filter(({ type, memsz }) => type === 'LOAD' && memsz > 0)
    .map(({ index, paddr, memsz, flags }) => ({
      ...{ kind: 'segment', name: flags, index },
      ...locate(board, places, BigInt(paddr), memsz),
    }));
  if (resourceTable) {
    const { address, size } = resourceTable;
    const range = locate(board, places, BigInt(address), size);
    parts.push({ kind: 'table', name: '.resource_table', index: null, ...range });
    for (const region of regionsFor(board, RegionUse.table)) {
      const kept = locateRequest(board, places, BigInt(region.da), size);
      parts.push({ kind: 'table in effect', name: region.name, index: null, ...kept });
    }
  }
  if (app) {
    const range = locate(board, places, BigInt(app.loadAddress ?? app.address), app.size);
    parts.push({ kind: 'app', name: '.rproc.app', index: null, ...range });
  }
  return parts;
}

function tableParts({ resourceTable }: Inspection, board: Board, places: readonly Place[]): PartPlacement[] {
  return (resourceTable?.entries ?? [])
    .filter(({ type, problem }) => type === 'trace' && !problem)
    .map(({ index, fields }) => ({
      ...{ kind: 'trace', name: fieldText(fields, 'name'), index },
      ...locate(board, places, BigInt(fieldNumber(fields, 'da')), fieldNumber(fields, 'len')),
    }));
}

/** Fixed addresses that carveouts and vrings ask for, which need not be where Linux puts them. */
function requestParts(
  board: Board,
  places: readonly Place[],
  carveouts: readonly AllocationPlacement[],
  vdevs: readonly VdevPlacement[],
): PartPlacement[] {
  const part = (kind: 'carveout' | 'vring', one: AllocationPlacement): PartPlacement[] => {
    if (one.requested === null) return [];
    const size = (kind === 'vring' ? one.pageSize : one.size) ?? 0;
    const range = locateRequest(board, places, BigInt(one.requested), size);
    return [{ kind, name: one.name, index: one.entry, ...range }];
  };
  return [
    ...carveouts.flatMap((one) => part('carveout', one)),
    ...vdevs.flatMap(({ vrings }) => vrings.flatMap((one) => part('vring', one))),
  ];
}

/** Rows of the driver's table are listed only where something lies in them. */
function regionsWith(
  places: readonly Place[],
  parts: readonly PartPlacement[],
  provided: readonly AllocationPlacement[],
): RegionPlacement[] {
  // A fixed address is a wish: what Linux provides counts where Linux puts it.
  const wishes = ['carveout', 'vring'];
  const taken = [
    ...parts.filter(({ kind, inside }) => inside && !wishes.includes(kind)),
    // In pages, as Linux reserves them.
    ...provided.filter(({ fits }) => fits).map(({ pa, pageSize }) => ({ pa, size: pageSize ?? 0 })),
  ]
    .map(({ pa, size }) => ({ from: Number(pa), to: Number(pa) + size }))
    .filter(({ from, to }) => to > from)
    .sort((a, b) => a.from - b.from);
  return places
    .map(({ name, use, da, pa, len, aliasOf }) => {
      let used = 0;
      let end = pa;
      for (const { from, to } of taken) {
        const start = Math.max(from, end);
        const stop = Math.min(to, pa + len);
        if (stop <= start) continue;
        used += stop - start;
        end = stop;
      }
      return { name, use, da: hex(da), pa: hex(pa), size: len, aliasOf, used, free: len - used };
    })
    .filter(({ name, use }) => use !== 'row' || parts.some(({ region }) => region === name));
}

function reserveOf(
  allocations: Allocations,
  carveouts: readonly AllocationPlacement[],
  vdevs: readonly VdevPlacement[],
): ReservePlacement {
  const sum = (numbers: readonly (number | null)[]) =>
    numbers.reduce<number>((all, one) => all + (one ?? 0), 0);
  const rings = vdevs.flatMap(({ vrings }) => vrings);
  const buffers = vdevs.flatMap((vdev) => vdev.buffers ?? []);
  const exact = (of: readonly AllocationPlacement[]) => sum(of.map(({ size }) => size));
  const pages = (of: readonly AllocationPlacement[]) => sum(of.map(({ pageSize }) => pageSize));
  const { pool } = allocations;
  return {
    ringBytes: exact(rings),
    ringPageBytes: pages(rings),
    bufferBytes: exact(buffers),
    carveoutBytes: exact(carveouts),
    total: pages([...rings, ...buffers, ...carveouts]),
    pools: pool
      ? [
          {
            ...{ region: pool.name, size: pool.len },
            ...{ needed: allocations.poolNeeded, fits: allocations.poolFits },
          },
        ]
      : [],
  };
}
