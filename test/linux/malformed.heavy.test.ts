/**
 * What `rproc check` predicts for malformed and odd images, and what a real kernel does with them: errno and every line, one guest for
 * each image. The images of the checker's own tests are for virt-m4; here their addresses are moved to the memory file.
 */
import { performance } from 'node:perf_hooks';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { virtIvshmem } from '../../boards/virt-ivshmem.js';
import { virtM4 } from '../../boards/virt-m4.js';
import { RealSystem } from '../../host-sim/linux/index.js';
import { checkImage } from '../../sdk/check/index.js';
import { deadline } from '../../sdk/testing/index.js';
import { entryCases } from '../check/malformed/entries.js';
import { sanityCases } from '../check/malformed/sanity.js';
import { segmentCases } from '../check/malformed/segments.js';
import { tableCases } from '../check/malformed/tables.js';
import { vdevCases } from '../check/malformed/vdevs.js';
import { explained } from './differences.js';
import { forKernels, full } from './kernels.js';

const all = [...sanityCases, ...segmentCases, ...tableCases, ...entryCases, ...vdevCases];
/** The others say something of boards that this one is not. */
const cases = all.filter(({ board }) => board === undefined);
/** Without full volumes: one of each kind. */
const few = [sanityCases, segmentCases, tableCases].map(([first]) => first);

const FROM = Math.min(...virtM4.memory.map(({ da }) => da));
const TO = virtIvshmem.memory[0].da;
const LEN = 0x1000000;

/** Words that are addresses of the one board become addresses of the other. */
function moved(image: Uint8Array): Uint8Array {
  const copy = image.slice();
  const view = new DataView(copy.buffer);
  for (let at = 0; at + 4 <= copy.length; at += 4) {
    const word = view.getUint32(at, true);
    if (word >= FROM && word < FROM + LEN) view.setUint32(at, word - FROM + TO, true);
  }
  return copy;
}

forKernels(test, (kernel, built) => {
  for (const { name, image } of full ? cases : few) {
    test(
      `Linux ${kernel}: ${name}`,
      deadline(60000, async () => {
        const file = moved(image());
        const predicted = await checkImage({ image: file, file: 'fw.elf', board: virtIvshmem, kernel });
        const clock = () => performance.now();
        const parts = { kernel: built, image: file, clock, board: virtIvshmem, seed: 1, recovery: false };
        const system = new RealSystem({ ...parts, name: 'fw.elf', drivers: [] });
        try {
          await system.boot();
          const errno = await system.start();
          // The last lines come through a serial line of their own.
          const log = () =>
            explained(
              system.log.map((text) => ({ text })),
              'real',
            );
          await system.waitFor(() => log().length >= predicted.log.length, 2000);
          assert.equal(
            log(),
            explained(
              predicted.log.map((text) => ({ text })),
              'simulated',
            ),
          );
          assert.is(errno, predicted.errno);
        } finally {
          await system.close();
        }
      }),
    );
  }
});

test.run();
