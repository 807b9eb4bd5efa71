/** A booted system whose core can be dumped, and looks at the dump. */
import type { CoredumpDevice } from '../../host-sim/devcoredump.js';
import { Bench, type BenchOptions } from './sim-boot.js';
import { type ImageOptions, image, table } from './sim-images.js';

/** Device address of the table on boards with RAM there, such as virt-m4 and the STM32MP157. */
export const AT = 0x10000000;

/** Boots an image that is not much more than a table at `AT`; coredumps are enabled. */
export async function dumpBench(options: BenchOptions & ImageOptions = {}): Promise<Bench> {
  const bench = new Bench(options);
  const { errno, log } = await bench.start(image({ table: table([]), tableAt: AT, ...options }));
  if (errno !== 0) throw new Error(log.join('\n'));
  bench.sim.rproc.dumpConf = 'enabled';
  return bench;
}

/** The only dump there is, as `cat` reads it. */
export function dumpOf({ sim }: Bench): Uint8Array {
  const { devices } = sim.devcoredump;
  if (devices.length !== 1) throw new Error(`${devices.length} dumps`);
  return bytesOf(devices[0].readAll());
}

export function bytesOf(result: ReturnType<CoredumpDevice['read']>): Uint8Array {
  if (typeof result === 'number') throw new Error(`errno ${result}`);
  return result;
}

/** A little-endian number of `size` bytes. */
export function numberAt(bytes: Uint8Array, at: number, size: number): number {
  let value = 0;
  for (let i = size - 1; i >= 0; i--) value = value * 256 + bytes[at + i];
  return value;
}

/** Has the promise resolved, now that everything that waits for nothing else has run? */
export async function settled(promise: Promise<unknown>): Promise<boolean> {
  let done = false;
  void promise.then(() => {
    done = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  return done;
}
