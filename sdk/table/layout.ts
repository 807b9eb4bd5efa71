/** What a declaration costs: bytes of the table, and the memory that Linux must have for rings, buffers and carveouts. */
import { type Board, type MemoryRegion, RegionUse, regionsFor } from '../../boards/board.js';
import { orderSize, pageAlign } from '../../runtime/abi/pages.js';
import { RSC_VDEV } from '../../runtime/abi/resource-table.js';
import { RPMSG_BUF_SIZE, RPMSG_MAX_NUM_BUFS } from '../../runtime/abi/rpmsg.js';
import { VIRTIO_ID_RPMSG } from '../../runtime/abi/virtio.js';
import { vringSize } from '../../runtime/abi/vring.js';
import {
  type AnyVdev,
  isVdev,
  type LinkedAddress,
  type Resource,
  type VringDeclaration,
  vringsOf,
} from '../config/resources/index.js';

/** A vdev with the number by which Linux names its memory. */
export interface NumberedVdev {
  readonly index: number;
  readonly vdev: AnyVdev;
}

/** Memory that Linux needs for this firmware. */
export interface Reservation {
  /** The name that Linux looks for among its reserved regions: `vdev0vring0`, `vdev0buffer`, a carveout's name. */
  readonly name: string;
  readonly purpose: 'vring' | 'buffers' | 'carveout';
  /** Name of the resource that needs it. */
  readonly resource: string;
  /** Bytes that are used. */
  readonly bytes: number;
  /** Bytes that Linux asks its allocator for: whole pages for a ring. */
  readonly reserved: number;
  /** Device address that the table asks for; absent where Linux chooses. */
  readonly da: number | undefined;
  /** The board's region that serves it: the one of that name, or the pool. */
  readonly region: MemoryRegion | undefined;
}

export interface ReservedMemory {
  readonly reservations: readonly Reservation[];
  /** Bytes over all of them, as reserved. */
  readonly total: number;
  /** Bytes that come from the board's pool. */
  readonly fromPool: number;
}

/** The vdevs in table order; Linux counts every entry of that type, also one given as raw bytes. */
export function numberedVdevs(resources: readonly Resource[]): NumberedVdev[] {
  const numbered: NumberedVdev[] = [];
  let index = 0;
  for (const resource of resources) {
    if (isVdev(resource)) numbered.push({ index: index++, vdev: resource });
    else if (resource.kind === 'raw' && typeWord(resource.bytes) === RSC_VDEV) index++;
  }
  return numbered;
}

/** Bytes of one ring, and of the pages that Linux reserves for it (`PAGE_ALIGN(vring_size())`). */
export function ringBytes({ num, align }: Pick<VringDeclaration, 'num' | 'align'>): {
  readonly exact: number;
  readonly pages: number;
} {
  const exact = vringSize(num, align);
  return { exact, pages: pageAlign(exact) };
}

/**
 * Bytes of the one block that virtio_rpmsg_bus allocates for both directions; undefined for other devices, whose
 * drivers allocate as they go. Sizes come from vring 0 only.
 */
export function bufferBytes(vdev: AnyVdev): number | undefined {
  if (vdev.kind === 'vdev' && vdev.id !== VIRTIO_ID_RPMSG) return undefined;
  const [first] = vringsOf(vdev);
  return Math.min(2 * first.num, RPMSG_MAX_NUM_BUFS) * RPMSG_BUF_SIZE;
}

/** A fixed address as a number; undefined for "any" and for addresses that the linker chooses. */
export function fixedDa(da: number | LinkedAddress | undefined): number | undefined {
  return typeof da === 'number' ? da : undefined;
}

/** Everything that Linux must have memory for, in the order in which it allocates: entries first, buffers last. */
export function reservedMemory(resources: readonly Resource[], board: Board): ReservedMemory {
  const [pool] = regionsFor(board, RegionUse.pool);
  const regionOf = (name: string) =>
    board.memory.find((region) => region.use === RegionUse.named && region.name === name) ?? pool;
  const reservations: Reservation[] = [];
  for (const resource of resources) {
    if (resource.kind !== 'carveout') continue;
    const { name, size, da } = resource;
    reservations.push({
      name,
      purpose: 'carveout',
      resource: name,
      bytes: size,
      reserved: size,
      da: fixedDa(da),
      region: regionOf(name),
    });
  }
  const vdevs = numberedVdevs(resources);
  for (const { index, vdev } of vdevs) {
    for (const [ring, declared] of vringsOf(vdev).entries()) {
      const name = `vdev${index}vring${ring}`;
      // A carveout of this name that comes first is the ring's memory.
      if (reservations.some((other) => other.name === name)) continue;
      const { exact, pages } = ringBytes(declared);
      reservations.push({
        name,
        purpose: 'vring',
        resource: vdev.name,
        bytes: exact,
        reserved: pages,
        da: fixedDa(declared.da),
        region: regionOf(name),
      });
    }
  }
  for (const { index, vdev } of vdevs) {
    const name = `vdev${index}buffer`;
    const bytes = bufferBytes(vdev);
    if (bytes === undefined || reservations.some((other) => other.name === name)) continue;
    reservations.push({
      name,
      purpose: 'buffers',
      resource: vdev.name,
      bytes,
      reserved: bytes,
      da: undefined,
      region: regionOf(name),
    });
  }
  return {
    reservations,
    total: sum(reservations.map(({ reserved }) => reserved)),
    fromPool: sum(
      reservations
        .filter(({ region }) => region !== undefined && region === pool)
        .map(({ reserved }) => orderSize(reserved)),
    ),
  };
}

function typeWord(bytes: Uint8Array): number {
  return bytes.length < 4 ? -1 : new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
