/**
 * Everything that a core's own memory and the memory file have in common: the loaded image, the resource table that both
 * sides write, rings with their buffers, traces.
 */
import {
  FW_RSC_ADDR_ANY,
  FwRscCarveout,
  FwRscTrace,
  FwRscVdev,
  FwRscVdevVring,
  RSC_CARVEOUT,
  RSC_TRACE,
  RSC_VDEV,
} from '../../runtime/abi/resource-table.js';
import { VIRTIO_CONFIG_S_DRIVER_OK, VIRTIO_RING_F_EVENT_IDX } from '../../runtime/abi/virtio.js';
import { vringLayout } from '../../runtime/abi/vring.js';
import { tableEntries } from '../remoteproc/table-entries.js';
import { RingCopy, type RingPlace, type TwoMemories } from './ring-copy.js';

/** A stretch of memory by device address. */
export interface Stretch {
  readonly da: number;
  readonly len: number;
}

/** What the entries of a table ask for, with the addresses that are in it by now. */
export interface TableView {
  readonly traces: readonly Stretch[];
  readonly carveouts: readonly Stretch[];
  readonly vdevs: readonly { readonly status: number; readonly vrings: readonly RingPlace[] }[];
}

/** Reads the entries of a loaded table; what does not fit into it is left out. */
export function readTable(bytes: Uint8Array): TableView {
  const traces: Stretch[] = [];
  const carveouts: Stretch[] = [];
  const vdevs: { status: number; vrings: RingPlace[] }[] = [];
  const fits = (at: number, size: number) => at + size <= bytes.length;
  for (const { type, body } of tableEntries(bytes)) {
    if (type === RSC_TRACE && fits(body, FwRscTrace.size)) traces.push(FwRscTrace.unpack(bytes, body));
    if (type === RSC_CARVEOUT && fits(body, FwRscCarveout.size)) {
      const { da, len } = FwRscCarveout.unpack(bytes, body);
      if (da !== FW_RSC_ADDR_ANY) carveouts.push({ da, len });
    }
    if (type !== RSC_VDEV || !fits(body, FwRscVdev.size)) continue;
    const { status, gfeatures, num_of_vrings } = FwRscVdev.unpack(bytes, body);
    const events = (gfeatures & (1 << VIRTIO_RING_F_EVENT_IDX)) !== 0;
    const vrings: RingPlace[] = [];
    for (let ring = 0; ring < num_of_vrings; ring++) {
      const from = body + FwRscVdev.size + FwRscVdevVring.size * ring;
      if (fits(from, FwRscVdevVring.size)) vrings.push({ ...FwRscVdevVring.unpack(bytes, from), events });
    }
    vdevs.push({ status, vrings });
  }
  return { traces, carveouts, vdevs };
}

/** What a ring takes at `da`; undefined while nobody has given it an address. */
export function ringStretch({ da, num, align }: RingPlace): Stretch | undefined {
  if (da === FW_RSC_ADDR_ANY || num === 0 || align === 0) return undefined;
  return { da, len: vringLayout(num, align, da).size };
}

/** A stretch of both memories, and what is known to be in the file. */
interface Shadowed {
  readonly at: number;
  readonly own: Uint8Array;
  readonly shadow: Uint8Array;
}

export class SharedCopy {
  private readonly table: Shadowed | undefined;
  private readonly traces: Shadowed[] = [];
  /** By vdev; undefined while its device is not live. */
  private rings: ((RingCopy | undefined)[] | undefined)[] = [];
  private readonly fresh: Uint8Array;

  constructor(
    private readonly memories: TwoMemories,
    table: Stretch | undefined,
  ) {
    this.table = table && this.shadowed(table);
    this.fresh = new Uint8Array(this.table?.own.length ?? 0);
    const { traces } = this.table ? readTable(this.table.own) : { traces: [] };
    for (const trace of traces) {
      const one = this.shadowed(trace);
      if (one) this.traces.push(one);
    }
  }

  /** Before the program is entered. */
  copyIn(): void {
    this.takeTable();
    for (const rings of this.rings) for (const ring of rings ?? []) ring?.copyIn();
  }

  /** After the program has returned; `kick` for each ring whose host wants it. */
  copyOut(kick: (notifyid: number) => void): void {
    for (const trace of this.traces) giveChanges(this.memories, trace);
    if (this.table) giveChanges(this.memories, this.table);
    for (const rings of this.rings) {
      for (const ring of rings ?? []) if (ring?.copyOut()) kick(ring.place.notifyid);
    }
  }

  /** Has the host done something since the last entry that the program has to see, whether it kicked or not? */
  get behind(): boolean {
    return this.rings.some((rings) => rings?.some((ring) => ring?.behind));
  }

  /** What the host wrote into the table: addresses, features, status, config space. */
  private takeTable(): void {
    if (!this.table) return;
    const { at, own, shadow } = this.table;
    this.memories.file.read(at, this.fresh);
    if (Buffer.compare(this.fresh, shadow) !== 0) {
      for (let i = 0; i < own.length; i++) if (this.fresh[i] !== shadow[i]) own[i] = this.fresh[i];
      shadow.set(this.fresh);
    } else if (this.rings.length > 0) return;
    this.rings = readTable(this.fresh).vdevs.map(({ status, vrings }, i) => {
      if (!(status & VIRTIO_CONFIG_S_DRIVER_OK)) return undefined;
      return this.rings[i] ?? vrings.map((place) => this.ring(place));
    });
  }

  private ring(place: RingPlace): RingCopy | undefined {
    if (!ringStretch(place)) return undefined;
    try {
      return new RingCopy(place, this.memories);
    } catch (error) {
      // The program will find the same and say so.
      if (error instanceof RangeError) return undefined;
      throw error;
    }
  }

  private shadowed({ da, len }: Stretch): Shadowed | undefined {
    const own = this.memories.own(da, len);
    const at = this.memories.offset(da, len);
    return own && at !== undefined ? { at, own, shadow: own.slice() } : undefined;
  }
}

/** Writes what the program changed, and nothing else: the rest may be the host's. */
function giveChanges({ file }: TwoMemories, { at, own, shadow }: Shadowed): void {
  if (Buffer.compare(own, shadow) === 0) return;
  let from = 0;
  while (from < own.length) {
    if (own[from] === shadow[from]) {
      from++;
      continue;
    }
    let to = from + 1;
    while (to < own.length && own[to] !== shadow[to]) to++;
    file.write(at + from, own.subarray(from, to));
    from = to;
  }
  shadow.set(own);
}
