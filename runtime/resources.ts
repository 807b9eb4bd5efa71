/**
 * The entries of the resource table by the names that firmware.config.ts gives them. Their values are read from
 * loaded memory at each access: Linux writes addresses there before the core starts, and features and vring
 * addresses when its drivers bind.
 */
import { type Da, reportedDa, da as toDa } from './abi/address.js';
import type { DeclaredResource } from './abi/declared-resource.js';
import { FW_RSC_ADDR_ANY, FwRscCarveout, FwRscDevmem, RSC_TRACE, RSC_VDEV } from './abi/resource-table.js';
import { utf8Encode } from './abi/utf8.js';
import { VIRTIO_ID_RPMSG } from './abi/virtio.js';
import { u32At } from './abi/words.js';
import { current } from './current.js';
import type { Hal } from './hal/hal.js';
import type { Remote } from './remote.js';
import type { RpmsgDevice } from './rpmsg/device.js';
import type { TableEntry } from './table.js';
import type { Vdev } from './virtio/vdev.js';

/** Memory that Linux provides for the core. */
export interface CarveoutHandle {
  /** Address as this core sees it; throws Error while no host has chosen one. */
  readonly da: number;
  /** Physical address as Linux wrote it. */
  readonly pa: number;
  /** Bytes; Linux may give more than was asked for. */
  readonly len: number;
  readonly flags: number;
  /** The memory itself. */
  readonly bytes: Uint8Array;
}

/** Registers that Linux maps for the core; offsets in bytes from the first. */
export interface DevmemHandle {
  readonly da: number;
  readonly pa: number;
  readonly len: number;
  /** One access of 8 bits. Throws RangeError outside of what Linux mapped. */
  read8(offset: number): number;
  /** One access of 16 bits. */
  read16(offset: number): number;
  /** One access of 32 bits. */
  read32(offset: number): number;
  /** One access of 8 bits. */
  write8(offset: number, value: number): void;
  /** One access of 16 bits. */
  write16(offset: number, value: number): void;
  /** One access of 32 bits. */
  write32(offset: number, value: number): void;
}

/** A text buffer that Linux shows as a trace file. */
export interface TraceHandle {
  readonly da: number;
  /** Bytes. */
  readonly len: number;
  /** Adds text as it is; ends lines with "\n" yourself. */
  write(text: string): void;
}

/** An entry whose content is the author's. */
export interface EntryHandle {
  /** The entry's type word. */
  readonly type: number;
  /** Its payload in loaded memory: what the host or the linker wrote is there. */
  readonly bytes: Uint8Array;
}

/** The handle of each kind of resource. */
export interface HandleKinds {
  readonly carveout: CarveoutHandle;
  readonly devmem: DevmemHandle;
  readonly trace: TraceHandle;
  readonly vdev: Vdev;
  readonly rpmsgVdev: RpmsgDevice;
  readonly vendor: EntryHandle;
  readonly raw: EntryHandle;
}

/** Handles by name, as `firmware.config.ts` declares them. */
export type ResourcesOf<F extends { readonly resources: readonly DeclaredResource[] }> = {
  readonly [R in F['resources'][number] as R['name']]: HandleKinds[R['kind']];
};

/**
 * The firmware's resources, typed by its configuration:
 *
 *     import type config from '../firmware.config.js';
 *     const { shared } = resourcesOf<typeof config>();
 *     shared.bytes.fill(0);
 *
 * Throws Error where the loaded table is not the one that was built.
 */
export function resourcesOf<F extends { readonly resources: readonly DeclaredResource[] }>(): ResourcesOf<F> {
  return makeHandles(current()) as unknown as ResourcesOf<F>;
}

function makeHandles(remote: Remote): { [name: string]: unknown } {
  const { declared } = remote;
  const { entries } = remote.table;
  if (declared.length !== entries.length)
    throw new Error(
      'the loaded resource table has ' +
        entries.length +
        ' entries, the firmware declares ' +
        declared.length,
    );
  const handles: { [name: string]: unknown } = {};
  const seen = { traces: 0, vdevs: 0, rpmsg: 0 };
  declared.forEach(({ name, kind, len }, i) => {
    const entry = entries[i];
    const { type } = entry;
    // Raw entries count as well: Linux numbers what it finds.
    const trace = type === RSC_TRACE ? seen.traces++ : -1;
    const vdev = type === RSC_VDEV ? remote.vdevs[seen.vdevs++] : undefined;
    const rpmsg = vdev && vdev.id === VIRTIO_ID_RPMSG ? remote.rpmsg[seen.rpmsg++] : undefined;
    if (kind === 'carveout') handles[name] = new CarveoutEntry(remote, name, entry);
    else if (kind === 'devmem') handles[name] = new DevmemEntry(remote.hal, entry);
    else if (kind === 'trace') handles[name] = new TraceEntry(remote, trace);
    else if (kind === 'vdev') handles[name] = vdev;
    else if (kind === 'rpmsgVdev') handles[name] = rpmsg;
    else handles[name] = { type, bytes: entry.payload.subarray(0, len) };
  });
  return handles;
}

class CarveoutEntry implements CarveoutHandle {
  constructor(
    private readonly remote: Remote,
    private readonly name: string,
    private readonly entry: TableEntry,
  ) {}

  get da(): number {
    const da = u32At(this.entry.payload, FwRscCarveout.offset.da);
    if (da === FW_RSC_ADDR_ANY)
      throw new Error('Linux has not given the carveout ' + this.name + ' an address');
    return reportedDa(this.remote.board.ranges, da);
  }

  get pa(): number {
    return u32At(this.entry.payload, FwRscCarveout.offset.pa);
  }

  get len(): number {
    return u32At(this.entry.payload, FwRscCarveout.offset.len);
  }

  get flags(): number {
    return u32At(this.entry.payload, FwRscCarveout.offset.flags);
  }

  get bytes(): Uint8Array {
    const { len } = this;
    const { buffer, offset } = this.remote.hal.memory(toDa(this.da), len);
    return new Uint8Array(buffer, offset, len);
  }
}

class DevmemEntry implements DevmemHandle {
  readonly da: number;
  readonly pa: number;
  readonly len: number;

  constructor(
    private readonly hal: Hal,
    { payload }: TableEntry,
  ) {
    this.da = u32At(payload, FwRscDevmem.offset.da);
    this.pa = u32At(payload, FwRscDevmem.offset.pa);
    this.len = u32At(payload, FwRscDevmem.offset.len);
  }

  /** The register's address; throws RangeError outside of what Linux mapped. */
  private at(offset: number, size: number): Da {
    if (!(offset >= 0 && offset + size <= this.len))
      throw new RangeError('there is no register at ' + offset + ' of ' + this.len + ' bytes');
    return toDa(this.da + offset);
  }

  read8(offset: number): number {
    return this.hal.read8(this.at(offset, 1));
  }

  read16(offset: number): number {
    return this.hal.read16(this.at(offset, 2));
  }

  read32(offset: number): number {
    return this.hal.read32(this.at(offset, 4));
  }

  write8(offset: number, value: number): void {
    this.hal.write8(this.at(offset, 1), value);
  }

  write16(offset: number, value: number): void {
    this.hal.write16(this.at(offset, 2), value);
  }

  write32(offset: number, value: number): void {
    this.hal.write32(this.at(offset, 4), value);
  }
}

class TraceEntry implements TraceHandle {
  readonly da: number;
  readonly len: number;

  constructor(
    private readonly remote: Remote,
    private readonly index: number,
  ) {
    const { da, len } = remote.table.traces[index];
    this.da = da;
    this.len = len;
  }

  write(text: string): void {
    this.remote.traceBuffer(this.index).write(utf8Encode(text));
  }
}
