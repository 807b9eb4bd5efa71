/**
 * Where an image lies on a board: the key `placement` of `rproc inspect --json`. Addresses are hex strings, sizes
 * are bytes.
 */
export interface BoardPlacement {
  readonly board: string;
  /** The Linux driver whose rules decide. */
  readonly driver: string;
  /** The driver refuses a range that ends exactly where its memory ends. */
  readonly strictEnds: boolean;
  /** The board's regions by device address, and rows of the driver's table that a part lies in besides. */
  readonly regions: readonly RegionPlacement[];
  /** Segments, table, app, traces, and what else asks for a fixed address, in this order. */
  readonly parts: readonly PartPlacement[];
  /** Carveout entries of the resource table. */
  readonly carveouts: readonly AllocationPlacement[];
  readonly vdevs: readonly VdevPlacement[];
  /** What Linux provides: rings, buffers and carveouts. */
  readonly reserve: ReservePlacement;
}

export interface RegionPlacement {
  readonly name: string;
  /** `image`, `named`, `pool`, `mailbox`, `table`; `row`: only a row of the driver's table. */
  readonly use: string;
  readonly da: string;
  readonly pa: string;
  readonly size: number;
  /** The same memory as this region. */
  readonly aliasOf: string | null;
  /** Bytes that parts, and pages that rings, buffers and carveouts take; overlapping ones count once. */
  readonly used: number;
  readonly free: number;
}

/** A range of device addresses on the board. */
export interface RangePlacement {
  readonly da: string;
  readonly size: number;
  /** Linux finds memory for all of it. */
  readonly inside: boolean;
  /** Row, carveout or region by which Linux finds it. */
  readonly via: string | null;
  readonly pa: string | null;
  /** The region that holds its start. */
  readonly region: string | null;
  /** Bytes from its end to the region's end; negative when it crosses that. */
  readonly roomLeft: number | null;
  readonly crossesEnd: boolean;
  /** It would fit, but ends exactly at an end that the driver does not allow (`strictEnds`). */
  readonly refusedByStrictEnd: boolean;
}

export interface PartPlacement extends RangePlacement {
  /** `table in effect`: where Linux keeps the table that the remote must watch, whatever the image says. */
  readonly kind: 'segment' | 'table' | 'table in effect' | 'app' | 'trace' | 'carveout' | 'vring';
  /** Flags of a segment (`RW`), name of anything else. */
  readonly name: string;
  /** Of the program header or the table's entry; null for table and app. */
  readonly index: number | null;
}

/** Memory that Linux provides while it boots the core. */
export interface AllocationPlacement {
  /** The name under which Linux looks for a region: `vdev0vring1`, `vdev0buffer`, a carveout's name. */
  readonly name: string;
  /** Index of the table's entry. */
  readonly entry: number;
  /** Exact bytes; null where num or align of a ring make no sense. */
  readonly size: number | null;
  /** Rounded up to pages of 4096 bytes. */
  readonly pageSize: number | null;
  /** The address that the image asks for; null: any. */
  readonly requested: string | null;
  /**
   * `region`: the reserved region of its name; `entry`: a carveout entry of its name; `pool`: allocated at boot;
   * `fixed`: at the requested address; `none`: the board names no memory for it.
   */
  readonly source: 'region' | 'entry' | 'pool' | 'fixed' | 'none';
  readonly region: string | null;
  readonly regionSize: number | null;
  /**
   * Where it is put; for `pool`, where an empty pool would put it (powers of two of pages, kernel/dma/coherent.c),
   * which a kernel that has used the pool before may do otherwise. Null: nowhere.
   */
  readonly da: string | null;
  readonly pa: string | null;
  readonly fits: boolean;
  /** Why it does not fit, or the kernel's message. */
  readonly problem: string | null;
}

export interface VringPlacement extends AllocationPlacement {
  readonly num: number;
  readonly align: number;
}

export interface VdevPlacement {
  readonly index: number;
  /** Index of the table's entry. */
  readonly entry: number;
  /** Virtio device id. */
  readonly id: number;
  /** At most two: Linux refuses more. */
  readonly vrings: readonly VringPlacement[];
  /** rpmsg buffers of 512 bytes, twice the first ring's size and at most 512; null for other devices. */
  readonly buffers: AllocationPlacement | null;
  readonly problem: string | null;
}

export interface ReservePlacement {
  /** `vring_size()` of all rings. */
  readonly ringBytes: number;
  /** The same with each ring rounded up to pages. */
  readonly ringPageBytes: number;
  readonly bufferBytes: number;
  readonly carveoutBytes: number;
  /** Pages of rings, buffers and carveouts. */
  readonly total: number;
  readonly pools: readonly PoolPlacement[];
}

/** A DMA pool and what is allocated from it. */
export interface PoolPlacement {
  readonly region: string;
  readonly size: number;
  /** Each allocation rounded up to a power of two of pages. */
  readonly needed: number;
  readonly fits: boolean;
}
