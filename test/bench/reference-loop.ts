/** A fixed loop inside QuickJS, timed in the same rounds as everything else: it tells how fast the machine is now. */
import { newInstance } from '../../host-sim/cores/quickjs/engine.js';

/** Nanoseconds that one turn took when the targets were set, on a quiet machine. */
export const REFERENCE_NS = 33;
const TURNS = 300000;

/** Returns a function that runs the loop once and gives its nanoseconds per turn. */
export async function referenceLoop(): Promise<() => number> {
  const instance = await newInstance(0);
  instance.open({ heap: 0x400000, stack: 0x40000 });
  const { context } = instance;
  const source = `(function () {
    var words = new Int32Array(256), sum = 0;
    for (var i = 0; i < ${TURNS}; i++) sum += words[i & 255];
    return sum;
  })`;
  const loop = context.unwrapResult(context.evalCode(source));
  return () => {
    const begin = performance.now();
    context.unwrapResult(context.callFunction(loop, context.undefined)).dispose();
    return ((performance.now() - begin) * 1e6) / TURNS;
  };
}
