/** Bits of a vring that flip between the side that writes them and the side that reads them. */
import { type Pa, pa } from '../../runtime/abi/address.js';
import { pageAlign } from '../../runtime/abi/pages.js';
import {
  VringAvail,
  VringDesc,
  VringUsed,
  VringUsedElem,
  vringLayout,
  vringSize,
} from '../../runtime/abi/vring.js';
import type { RecordedRing } from '../recording/recorder.js';
import type { Rproc } from '../remoteproc/rproc.js';
import type { Injector } from './injector.js';
import type { Direction } from './kicks.js';
import { type FaultPlan, type RingField, ringFields } from './plan.js';

const KIND = 'rings.corrupt';

/** Linux writes descriptors and the avail ring, the core writes the used ring. */
const readBy = (field: RingField): Direction => (field.startsWith('used.') ? 'toHost' : 'toRemote');

interface Place {
  /** From the start of the ring. */
  readonly offset: number;
  readonly bits: number;
  /** Slot or descriptor; none for an index. */
  readonly entry?: number;
}

export class RingFaults {
  private readonly probability: number;
  private readonly fields: { readonly [direction in Direction]: readonly RingField[] };

  constructor(
    private readonly injector: Injector,
    { rings = {} }: FaultPlan,
  ) {
    const { corrupt = 0 } = rings;
    const { probability, fields = ringFields } =
      typeof corrupt === 'number' ? { probability: corrupt } : corrupt;
    this.probability = probability;
    const of = (direction: Direction) => fields.filter((field) => readBy(field) === direction);
    this.fields = { toRemote: of('toRemote'), toHost: of('toHost') };
  }

  /** Linux or the core is about to be told of this ring. */
  pass(direction: Direction, rproc: Rproc, ring: RecordedRing): void {
    const injector = this.injector;
    const fields = this.fields[direction];
    if (fields.length === 0 || !injector.happens(KIND, this.probability)) return;
    const memory = rproc.findCarveoutByName(ring.name);
    if (memory?.pa === undefined) return;
    const size = pageAlign(vringSize(ring.num, ring.align));
    const { cache } = rproc.dma;
    cache?.invalidate(memory.pa as Pa, size);
    const bytes = rproc.dma.bytes(memory.pa as Pa, size);
    const field = injector.pick(KIND, fields);
    const { offset, bits, entry } = placeOf(field, ring, memory.pa, bytes);
    const bit = injector.pick(KIND, [...Array(bits).keys()]);
    bytes[offset + (bit >> 3)] ^= 1 << (bit & 7);
    cache?.clean(pa(memory.pa + offset + (bit >> 3)), 1);
    const at = { processor: rproc.index, ring: ring.name, field };
    injector.note(KIND, entry === undefined ? { ...at, bit } : { ...at, entry, bit });
  }
}

/** Where the newest entry's field, or the index, is. */
function placeOf(field: RingField, { num, align }: RecordedRing, pa: number, bytes: Uint8Array): Place {
  const layout = vringLayout(num, align, pa % 2 ** 32);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const newest = (at: number): number => (view.getUint16(at + VringAvail.offset.idx, true) - 1) & (num - 1);
  switch (field) {
    case 'avail.idx':
      return { offset: layout.avail + VringAvail.offset.idx, bits: 16 };
    case 'used.idx':
      return { offset: layout.used + VringUsed.offset.idx, bits: 16 };
    case 'used.id':
    case 'used.len': {
      const entry = newest(layout.used);
      const at = layout.used + VringUsed.size + entry * VringUsedElem.size;
      return { offset: at + VringUsedElem.offset[field === 'used.id' ? 'id' : 'len'], bits: 32, entry };
    }
    default: {
      const slot = newest(layout.avail);
      const entry = view.getUint16(layout.avail + VringAvail.size + 2 * slot, true) & (num - 1);
      const { offset: at } = VringDesc;
      const [offset, bits] = {
        'desc.addr': [at.addr_lo, 64],
        'desc.len': [at.len, 32],
        'desc.flags': [at.flags, 16],
        'desc.next': [at.next, 16],
      }[field];
      return { offset: entry * VringDesc.size + offset, bits, entry };
    }
  }
}
