/**
 * What `rproc check` predicts for malformed and odd images, and what a real kernel does with them: errno and every line, one guest for
 * each image. The images of the checker's own tests are for virt-m4, whose device addresses begin where the memory file's do.
 */
import { performance } from 'node:perf_hooks';
import { suite, type Test } from 'uvu';
import * as assert from 'uvu/assert';
import { virtIvshmem } from '../../boards/virt-ivshmem.js';
import { RealSystem } from '../../host-sim/linux/index.js';
import { checkImage } from '../../sdk/check/index.js';
import { deadline } from '../../sdk/testing/index.js';
import { entryCases } from '../check/malformed/entries.js';
import { sanityCases } from '../check/malformed/sanity.js';
import { segmentCases } from '../check/malformed/segments.js';
import { tableCases } from '../check/malformed/tables.js';
import { vdevCases } from '../check/malformed/vdevs.js';
import { explained } from './differences.js';
import { forKernel, full } from './kernels.js';

const all = [...sanityCases, ...segmentCases, ...tableCases, ...entryCases, ...vdevCases];
/** The others say something of boards that this one is not. */
const cases = all.filter(({ board }) => board === undefined);
/** Without full volumes: one of each kind. */
const few = [sanityCases, segmentCases, tableCases].map(([first]) => first);

/** The comparison with that kernel: a file for each, so that they go side by side. */
export function malformedUnder(version: string): Test {
  const test = suite(`malformed images, Linux ${version}`);
  forKernel(test, version, (kernel, built) => {
    for (const { name, image } of full ? cases : few) {
      test(
        name,
        deadline(60000, async () => {
          const file = image();
          const predicted = await checkImage({ image: file, file: 'fw.elf', board: virtIvshmem, kernel });
          const clock = () => performance.now();
          const parts = { kernel: built, image: file, clock, board: virtIvshmem, seed: 1, recovery: false };
          // Most of these images hold no program.
          const system = new RealSystem({ ...parts, name: 'fw.elf', drivers: [], core: 'none' });
          try {
            await system.boot();
            const wanted = explained(
              predicted.log.map((text) => ({ text })),
              'simulated',
            );
            const dies = wanted.at(-1)?.startsWith('BUG: ');
            // The process that starts it dies with a null pointer, and the guest with this process.
            const errno = dies ? await system.start().catch(() => predicted.errno) : await system.start();
            // The last lines come through a serial line of their own.
            const log = () =>
              explained(
                system.log.map((text) => ({ text })),
                'real',
              );
            await system.waitFor(() => log().length >= wanted.length, 2000);
            assert.equal(log(), wanted);
            assert.is(errno, predicted.errno);
          } finally {
            await system.close();
          }
        }),
      );
    }
  });
  return test;
}
