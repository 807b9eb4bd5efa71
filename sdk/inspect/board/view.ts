/**
 * What a board's Linux driver can reach of the remote's memory: the same rules as the drivers under
 * drivers/remoteproc, read from the board's data.
 */
import { addressRanges, type Board, type MemoryRegion, RegionUse } from '../../../boards/board.js';
import { daToPa, da as toDa } from '../../../runtime/abi/address.js';
import { RSC_NAME_SIZE } from '../../../runtime/abi/resource-table.js';

/** A carveout that the platform driver registers before it looks at the image. */
export interface RegisteredCarveout {
  readonly name: string;
  /** Device address as Linux knows it. */
  readonly da: number;
  readonly pa: number;
  readonly len: number;
  readonly region: MemoryRegion;
  /** It becomes a vdev's DMA pool: Linux never loads into it. */
  readonly vdevPool: boolean;
}

export interface Translated {
  readonly pa: number;
  /** The row of the driver's table, or the carveout, that holds the range. */
  readonly via: string;
}

export function physicalStart(region: MemoryRegion): number {
  return region.pa ?? region.da;
}

/** As the kernel keeps and compares names: what fits 32 bytes with a NUL. */
export function carveoutName(name: string): string {
  return name.slice(0, RSC_NAME_SIZE - 1);
}

/** What the device tree names in the processor's `memory-region`. */
function reserved(board: Board): MemoryRegion[] {
  return board.memory.filter(({ internal, use }) => !internal && use !== RegionUse.mailbox);
}

/** In the order of the driver's `prepare`; empty for the TI K3 drivers, which have no carveouts of their own. */
export function registeredCarveouts(board: Board): RegisteredCarveout[] {
  const carveout = (region: MemoryRegion, da: number, vdevPool: boolean): RegisteredCarveout => ({
    ...{ name: region.name, da, pa: physicalStart(region), len: region.len, region, vdevPool },
  });
  switch (board.linux.driver) {
    case 'generic':
      return board.memory
        .filter(({ use }) => use === RegionUse.image || use === RegionUse.named)
        .map((region) => carveout(region, region.da, /^vdev\d+buffer$/.test(region.name)));
    case 'ivshmem':
      return board.memory
        .filter(({ use }) => use === RegionUse.named)
        .map((region) => carveout(region, region.da, false));
    case 'stm32_rproc':
      return reserved(board).map((region) => {
        const pool = region.name === 'vdev0buffer';
        return carveout(region, pool ? physicalStart(region) : region.da, pool);
      });
    case 'imx_rproc':
      return reserved(board)
        .filter(({ name, use }) => name !== 'vdev0buffer' && use !== RegionUse.table)
        .map((region) => carveout(region, physicalStart(region), false));
    case 'xlnx_r5':
      return [
        ...board.memory.filter(({ internal }) => internal).map((bank) => carveout(bank, bank.da, false)),
        ...reserved(board).map((region) =>
          carveout(region, physicalStart(region), region.name === 'vdev0buffer'),
        ),
      ];
    case 'ti_k3_r5':
    case 'ti_k3_m4':
      return [];
  }
}

/**
 * `rproc_da_to_va()`: the driver's own translation first, then its carveouts; a range must fit one of them.
 * @param len bytes
 * @param strict false: as if the driver let a range end where its memory ends
 */
export function translate(board: Board, da: bigint, len: number, strict = true): Translated | undefined {
  return driverTranslate(board, da, len, strict) ?? inCarveout(registeredCarveouts(board), da, len);
}

/** The carveout that holds the range; the kernel computes the distance in a signed int. */
function inCarveout(
  carveouts: readonly RegisteredCarveout[],
  da: bigint,
  len: number,
): Translated | undefined {
  for (const { name, da: start, pa, len: size, vdevPool } of carveouts) {
    const offset = Number(BigInt.asIntN(32, da - BigInt(start)));
    if (!vdevPool && offset >= 0 && offset + len <= size) {
      return { pa: pa + offset, via: `carveout ${name}` };
    }
  }
  return undefined;
}

function driverTranslate(board: Board, da: bigint, len: number, strict: boolean): Translated | undefined {
  const at = Number(da);
  switch (board.linux.driver) {
    case 'imx_rproc':
      return len === 0 ? undefined : imxTranslate(board, at, len, strict && board.linux.strictEnds === true);
    case 'ti_k3_r5':
    case 'ti_k3_m4':
      return len === 0 ? undefined : k3Translate(board, at, len);
    case 'ivshmem': {
      const pa = daToPa(addressRanges(board), toDa(at), len);
      return pa === undefined ? undefined : { pa, via: 'window' };
    }
    default:
      return undefined;
  }
}

/** `imx_rproc_da_to_sys()` and the mapped windows: the first row that holds the range decides. */
function imxTranslate(board: Board, at: number, len: number, strict: boolean): Translated | undefined {
  const holds = (start: number, size: number, from: number) =>
    from >= start && (strict ? from + len < start + size : from + len <= start + size);
  const rows = board.translation ?? [];
  const row = rows.find((one) => !one.carveouts && holds(one.da, one.len, at));
  if (!row) return undefined;
  const pa = (row.pa ?? row.da) + (at - row.da);
  const mapped = [
    ...rows.filter(({ own }) => own),
    ...reserved(board).filter(({ name }) => !name.startsWith('vdev')),
  ];
  return mapped.some((window) => holds(window.pa ?? window.da, window.len, pa))
    ? { pa, via: row.name }
    : undefined;
}

/** `k3_*_rproc_da_to_va()`: internal RAM by the core's view and by the SoC's, then what is behind the pool. */
function k3Translate(board: Board, at: number, len: number): Translated | undefined {
  const within = (start: number, size: number) => at >= start && at + len <= start + size;
  for (const region of board.memory.filter(({ internal }) => internal)) {
    const start = physicalStart(region);
    if (within(region.da, region.len)) return { pa: start + (at - region.da), via: region.name };
    if (within(start, region.len)) return { pa: at, via: `${region.name}, SoC view` };
  }
  for (const region of reserved(board)) {
    const start = physicalStart(region);
    if (region.use !== RegionUse.pool && within(start % 2 ** 32, region.len)) {
      return { pa: start + (at - (start % 2 ** 32)), via: region.name };
    }
  }
  return undefined;
}
