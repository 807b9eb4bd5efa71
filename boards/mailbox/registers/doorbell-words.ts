/**
 * What the bytes of a UART doorbell mean, in both directions: a notifyid, or one of these words. Both halves are ours, so
 * the words are as well.
 */
export const DoorbellWord = {
  /** Host to remote: requests (runtime/abi/host-request.ts). */
  shutdown: 0xf0,
  detach: 0xf1,
  echo: 0xf2,
  abort: 0xf3,
  /** Remote to host: the last request is granted, or refused. */
  granted: 0xf8,
  refused: 0xf9,
  /** Remote to host: it listens from here on. Bytes that came earlier may be lost. */
  listening: 0xfe,
  /** Remote to host: it has stopped for good, and its status record says why. */
  crashed: 0xff,
} as const;

/** Notifyids end here. */
export const DOORBELL_NOTIFYIDS = 0xf0;
