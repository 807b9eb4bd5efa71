/** Builders of resources. Each remembers where it was called, for messages about it. */
import { callerPlace } from './where.js';

/** Entries of a vring: a power of two. */
export type VringNum =
  | 1
  | 2
  | 4
  | 8
  | 16
  | 32
  | 64
  | 128
  | 256
  | 512
  | 1024
  | 2048
  | 4096
  | 8192
  | 16384
  | 32768;
/** Alignment of a vring's used part in bytes: a power of two from 4 on. */
export type VringAlign = 4 | 8 | 16 | 32 | 64 | 128 | 256 | 512 | 1024 | 2048 | 4096;

/** Options of `trace`; everything has a default. */
export interface TraceOptions {
  /** At most 31 bytes; `trace0` when left out. Linux names the file by its order, not by this. */
  readonly name?: string;
  /** Bytes of the buffer; 4096 when left out. */
  readonly size?: number;
}

/** What `trace` gives. */
export interface TraceResource {
  readonly kind: 'trace';
  readonly name: string;
  readonly size: number;
  readonly where: string | undefined;
}

/** Options of `rpmsgVdev`; everything has a default. */
export interface RpmsgVdevOptions {
  /** Names the vdev in messages; `rpmsg` when left out. */
  readonly name?: string;
  /** Buffers in each direction; 256 when left out. Linux uses at most 256. */
  readonly num?: VringNum;
  /** 16 when left out. */
  readonly align?: VringAlign;
  /** Fixed device addresses of vring 0 and 1; the host chooses when left out. */
  readonly vringDa?: readonly [number, number];
  /** Offer the name service (VIRTIO_RPMSG_F_NS); true when left out. */
  readonly nameService?: boolean;
}

/** What `rpmsgVdev` gives. */
export interface RpmsgVdevResource {
  readonly kind: 'rpmsgVdev';
  readonly name: string;
  readonly num: number;
  readonly align: number;
  readonly vringDa: readonly [number, number] | undefined;
  readonly nameService: boolean;
  readonly where: string | undefined;
}

/** An entry of the resource table, as a builder makes it. */
export type Resource = TraceResource | RpmsgVdevResource;

/** A text buffer in the image that Linux shows as /sys/kernel/debug/remoteproc/remoteprocN/trace0. */
export function trace(options: TraceOptions = {}): TraceResource {
  const { name = 'trace0', size = 4096 } = options;
  return { kind: 'trace', name, size, where: callerPlace('trace') };
}

/** A virtio device that carries rpmsg: id 7, two vrings. */
export function rpmsgVdev(options: RpmsgVdevOptions = {}): RpmsgVdevResource {
  const { name = 'rpmsg', num = 256, align = 16, vringDa, nameService = true } = options;
  return { kind: 'rpmsgVdev', name, num, align, vringDa, nameService, where: callerPlace('rpmsgVdev') };
}
