/** Builders of virtio devices. */
import { callerPlace } from '../where.js';
import type { LinkedAddress } from './linked-address.js';

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

/** One vring of a vdev; everything has a default. */
export interface VringOptions {
  /** Buffers in the ring; 256 when left out. */
  readonly num?: VringNum;
  /** 16 when left out. */
  readonly align?: VringAlign;
  /** Fixed device address; Linux chooses when left out. */
  readonly da?: number | LinkedAddress;
}

/** A vring as `vdev` keeps it. */
export interface VringDeclaration {
  readonly num: number;
  readonly align: number;
  readonly da: number | LinkedAddress | undefined;
}

/** One of the 32 feature bits that remoteproc can offer; VIRTIO_F_VERSION_1 (32) is out of its reach. */
export type FeatureBit =
  | 0
  | 1
  | 2
  | 3
  | 4
  | 5
  | 6
  | 7
  | 8
  | 9
  | 10
  | 11
  | 12
  | 13
  | 14
  | 15
  | 16
  | 17
  | 18
  | 19
  | 20
  | 21
  | 22
  | 23
  | 24
  | 25
  | 26
  | 27
  | 28
  | 29
  | 30
  | 31;

/** What `vdev` takes. */
export interface VdevOptions<N extends string = string> {
  /** Names the vdev in messages and in firmware. */
  readonly name: N;
  /** Virtio device id: 3 console, 7 rpmsg, 11 remoteproc serial (virtio section 5). */
  readonly id: number;
  /** Offered feature bits; none when left out. */
  readonly features?: readonly FeatureBit[];
  /** Exactly two: Linux refuses more and goes wrong when it takes fewer down. */
  readonly vrings?: readonly [VringOptions, VringOptions];
  /** Bytes of the configuration space; none when left out. */
  readonly config?: Uint8Array | readonly number[];
}

/** What `vdev` gives. */
export interface VdevResource<N extends string = string> {
  readonly kind: 'vdev';
  readonly name: N;
  readonly id: number;
  readonly features: readonly number[];
  readonly vrings: readonly VringDeclaration[];
  readonly config: Uint8Array;
  readonly where: string | undefined;
}

/** A virtio device of any kind (RSC_VDEV). */
export function vdev<const N extends string>(options: VdevOptions<N>): VdevResource<N> {
  const { name, id, features = [], vrings = [{}, {}], config = [] } = options;
  return {
    kind: 'vdev',
    name,
    id,
    features,
    vrings: vrings.map(({ num = 256, align = 16, da }) => ({ num, align, da })),
    config: Uint8Array.from(config),
    where: callerPlace('vdev'),
  };
}

/** What `rpmsgVdev` takes; everything has a default. */
export interface RpmsgVdevOptions<N extends string = string> {
  /** Names the vdev in messages and in firmware; `rpmsg` when left out. */
  readonly name?: N;
  /** Buffers in each direction; 256 when left out. Linux uses at most 256. */
  readonly num?: VringNum;
  /** 16 when left out. */
  readonly align?: VringAlign;
  /** Fixed device addresses of vring 0 and 1; the host chooses when left out. */
  readonly vringDa?: readonly [number, number];
  /** Offer the name service (VIRTIO_RPMSG_F_NS); true when left out. */
  readonly nameService?: boolean;
  /**
   * Offer event indices (VIRTIO_RING_F_EVENT_IDX): each side says from which message on it wants a kick, instead of
   * switching kicks on and off. False when left out.
   */
  readonly eventIdx?: boolean;
}

/** What `rpmsgVdev` gives. */
export interface RpmsgVdevResource<N extends string = string> {
  readonly kind: 'rpmsgVdev';
  readonly name: N;
  readonly num: number;
  readonly align: number;
  readonly vringDa: readonly [number, number] | undefined;
  readonly nameService: boolean;
  readonly eventIdx: boolean;
  readonly where: string | undefined;
}

/** A virtio device that carries rpmsg: id 7, two vrings. */
// Without NoInfer, a declaration in a list would take its name's type from the list: string.
export function rpmsgVdev<const N extends string = 'rpmsg'>(
  options: RpmsgVdevOptions<N> = {},
): RpmsgVdevResource<NoInfer<N>> {
  const {
    name = 'rpmsg' as N,
    num = 256,
    align = 16,
    vringDa,
    nameService = true,
    eventIdx = false,
  } = options;
  const where = callerPlace('rpmsgVdev');
  return { kind: 'rpmsgVdev', name, num, align, vringDa, nameService, eventIdx, where };
}

/** The vrings of a vdev, however it was declared. */
export function vringsOf(resource: VdevResource | RpmsgVdevResource): readonly VringDeclaration[] {
  if (resource.kind === 'vdev') return resource.vrings;
  const { num, align, vringDa } = resource;
  return [0, 1].map((ring) => ({ num, align, da: vringDa?.[ring] }));
}
