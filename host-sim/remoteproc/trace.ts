/** Trace buffers as debugfs shows them (remoteproc_debugfs.c). */
import type { Rproc } from './rproc.js';

/** Text of trace file `index`: up to the first NUL. */
export function readTrace(rproc: Rproc, index: number): string {
  const trace = rproc.traces[index];
  const bytes = trace && rproc.daToVa(BigInt(trace.da), trace.len)?.bytes();
  if (!bytes) return 'Trace  not available\n';
  const end = bytes.indexOf(0);
  return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end));
}
