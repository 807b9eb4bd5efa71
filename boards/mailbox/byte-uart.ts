/** What the doorbell of QEMU boards needs of a UART: bytes in and out, and interrupts for both. */

/**
 * A UART that holds one byte each way, so that a byte more than it has read of is told by another interrupt. Register accesses
 * are what a kick costs: on a Cortex-M4 each is some 300 instructions of the interpreter.
 */
export interface ByteUart {
  /** Turns both directions and the receive interrupt on. */
  open(): void;
  /** Turns all interrupts off. */
  close(): void;
  /** The byte that came, or -1; it never interrupts again, and whatever comes from now on does. */
  take(): number;
  /** Sends a byte; false, and nothing done, when the one before it has not gone yet. */
  put(byte: number): boolean;
  /** Takes back the interrupt for room that came, and says whether room that comes from now on is to interrupt. */
  awaitRoom(on: boolean): void;
}
