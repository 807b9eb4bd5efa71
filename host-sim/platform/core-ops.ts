/** The operations that every driver has: the core itself. */
import type { RprocOps } from '../remoteproc/rproc.js';

/** What a driver does around starting, stopping and interrupting the core is its own. */
export type CoreOps = Pick<Required<RprocOps>, 'start' | 'stop' | 'kick'>;
