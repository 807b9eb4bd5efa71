/** What goes wrong in a run, and how often. Everything is left to the seed; what is left out does not happen. */

/** Fields of a vring that can be damaged; each is damaged before the side that reads it looks. */
export const ringFields = [
  ...(['desc.addr', 'desc.len', 'desc.flags', 'desc.next', 'avail.idx'] as const),
  ...(['used.idx', 'used.id', 'used.len'] as const),
] as const;
/** One of `ringFields`. */
export type RingField = (typeof ringFields)[number];

/** From and to, virtual ms. */
export type Span = readonly [from: number, to: number];

/** Notifications in one direction. Numbers are probabilities for each kick, 0 to 1. */
export interface KickPlan {
  /** It never arrives. */
  readonly drop?: number;
  /** It arrives twice; the second one is late. */
  readonly duplicate?: number;
  /** It arrives late. */
  readonly delay?: number;
  /** Another one arrives, about any vring, that nobody sent. */
  readonly spurious?: number;
  /** How late; [0.01, 5] when left out. */
  readonly delayMs?: Span;
}

/** When something happens that concerns the whole system. */
export interface Moments {
  /** For each message in either direction, 0 to 1. */
  readonly probability?: number;
  /** Virtual ms since the simulation began. */
  readonly at?: readonly number[];
}

/** Something that goes away and comes back. */
export interface Outage extends Moments {
  /** How long it is away; [110, 200] when left out. Firmware may send to a driver that is back within 100 ms. */
  readonly downMs?: Span;
}

/** A number stands for `{ probability }`. */
export interface FaultPlan {
  /** In both directions, but for what `toRemote` (Linux kicks the core) and `toHost` say of their own. */
  readonly kicks?: KickPlan & { readonly toRemote?: KickPlan; readonly toHost?: KickPlan };
  readonly host?: {
    /** A driver's callback sleeps for up to `ms` and keeps the buffer, and all behind it, meanwhile. */
    readonly slow?: { readonly probability: number; readonly ms: number };
    /** The virtio driver is unbound from its device and bound again. */
    readonly reset?: number | Outage;
  };
  readonly core?: {
    /** The core stops for good where it is and reports it. */
    readonly crash?: number | Moments;
    /** `echo stop > state`, later `echo start > state`. */
    readonly restart?: number | Outage;
  };
  readonly rings?: {
    /** For each kick: one bit of the newest entry, or of the index, is flipped. In all fields when none are named. */
    readonly corrupt?: number | { readonly probability: number; readonly fields?: readonly RingField[] };
  };
  readonly firmware?: {
    /** For each time that Linux reads the image: the file is not there. */
    readonly vanish?: number;
  };
  readonly memory?: {
    /** For each allocation of DMA memory: there is none. */
    readonly fail?: number;
  };
}

/** Why a core crashes that a fault stops. */
export const INJECTED_CRASH = 'injected fault';

/** A fault that happened. */
export interface InjectedFault {
  /** Virtual ms since the simulation began. */
  readonly time: number;
  /** Where it stands in the plan: `kicks.drop`. */
  readonly kind: string;
  /** What it was done to. */
  readonly details: { readonly [name: string]: string | number };
}
