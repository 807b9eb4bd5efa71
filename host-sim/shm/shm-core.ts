/** What the remote beside a memory file runs programs with. */
import type { HostRequest } from '../../runtime/abi/host-request.js';
import type { CoreStart, CrashReport } from '../cores/core.js';
import type { Stretch } from './shared-copy.js';

/** What a core tells the remote; everything before it is in the file by then. */
export interface ShmEvents {
  /** The host is to be interrupted for the vring with this notifyid. */
  kicked(notifyid: number): void;
  /** It stopped for good. */
  crashed(report: CrashReport): void;
  /** What the program wrote to its log, as bytes. */
  log(bytes: Uint8Array): void;
}

/** A core whose memory is, or is kept in step with, a memory file. It lives in real time. */
export interface ShmCore {
  /** Starts what lies in the file by now; `table` is where its resource table is. */
  start(what: CoreStart, table: Stretch | undefined): Promise<void>;
  stop(): Promise<void>;
  kick(notifyid: number): void;
  request(request: HostRequest, answered: (granted: boolean) => void): void;
  /** Does what is due; true when there was anything. */
  pass(): boolean;
  /** Milliseconds until the program wants to go on by itself; Infinity where nobody here has to see to that. */
  readonly idleMs: number;
  /** The program runs in another process. */
  readonly isOutside: boolean;
  /** Gives back what the core holds outside of this process's memory. */
  dispose(): void;
}
