/** Buffers of the host in the firmware's hands: claimed ones to fill, held ones to read (zero copy both ways). */

/** What a claimed buffer needs of its device. */
export interface ClaimOwner {
  /** Is the host there that it belongs to? */
  live(): boolean;
  /** Sends it; false when the host it belongs to has gone. */
  commit(id: number, src: number, dst: number, size: number): boolean;
  unclaim(id: number): void;
}

/** A free buffer of the host, claimed for one message. Ends with `commit` or `release`; both again do nothing. */
export class TxBuffer {
  private open = true;

  constructor(
    private readonly owner: ClaimOwner,
    private readonly id: number,
    private readonly src: number,
    private readonly peer: () => number,
    /** Room for the payload: as much as this buffer holds. Shared memory; only write it. */
    readonly bytes: Uint8Array,
  ) {}

  /**
   * Sends the first `size` bytes to `dst`, or to the endpoint's peer when left out. False when the host went away since
   * `claim`, or when the buffer is sent or released already. Throws Error when no peer is known and RangeError when
   * `size` does not fit; the buffer stays claimed then.
   */
  commit(size: number, dst?: number): boolean {
    if (!this.open || !this.owner.live()) return false;
    const to = dst === undefined ? this.peer() : dst | 0;
    if (to === -1) throw new Error('the peer is not known yet; name an address');
    const sent = this.owner.commit(this.id, this.src, to, size);
    this.open = false;
    return sent;
  }

  /** Gives the buffer back unsent: another message will use it. */
  release(): void {
    if (!this.open) return;
    this.open = false;
    this.owner.unclaim(this.id);
  }
}

/** What a held buffer needs of its device. */
export interface HoldOwner {
  giveBack(id: number): void;
}

/** A received message whose buffer the host does not get back before `release`. */
export class HeldMessage {
  private count = 1;

  constructor(
    private readonly owner: HoldOwner,
    private readonly id: number,
    /** The payload in shared memory; valid until the last `release`. */
    readonly data: Uint8Array,
    /** The sender's address. */
    readonly src: number,
  ) {}

  /** Counts one more user of the message. */
  hold(): void {
    if (this.count > 0) this.count++;
  }

  /** One user is done; with the last one the host gets the buffer back. Too many calls do nothing. */
  release(): void {
    if (this.count > 0 && --this.count === 0) this.owner.giveBack(this.id);
  }
}
