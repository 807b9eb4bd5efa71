/** Real time, for systems with a core that runs by itself: nothing here makes it go faster or lets it stand still. */

/** A core that does something whether or not anybody looks. */
export interface Source {
  /** Takes what the core has said since the last look and makes tasks of it. */
  poll(): void;
}

/** The wall clock, and how to wait for it; times in ms. */
export interface RealTime {
  /** Since it began to count. */
  now(): number;
  /** Resolves when a source has something to say, `wake` is called, or `ms` have passed: Node's other work goes on. */
  wait(ms: number): Promise<void>;
  /** Ends the wait that is going on. */
  wake(): void;
  /** Returns when a source may have something to say, or `ms` have passed: within a call nothing else goes on. */
  block(ms: number): void;
  /** Who is looked at. */
  readonly sources: Set<Source>;
}
