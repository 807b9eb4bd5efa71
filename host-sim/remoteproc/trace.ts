/** Trace buffers as debugfs shows them (remoteproc_debugfs.c). */
import { utf8Encode } from '../../runtime/abi/utf8.js';
import type { Rproc } from './rproc.js';

/** Text of trace file `index`: up to the first NUL. What is no UTF-8 becomes U+FFFD. */
export function readTrace(rproc: Rproc, index: number): string {
  return new TextDecoder().decode(traceBytes(rproc, index));
}

/** The same as bytes: a remote may write anything. */
export function traceBytes(rproc: Rproc, index: number): Uint8Array {
  const trace = rproc.traces[index];
  const mapping = trace && rproc.daToVa(BigInt(trace.da), trace.len);
  mapping?.invalidate?.(0, trace.len);
  const bytes = mapping?.bytes();
  if (!bytes) return utf8Encode('Trace  not available\n');
  const end = bytes.indexOf(0);
  return bytes.slice(0, end < 0 ? bytes.length : end);
}
