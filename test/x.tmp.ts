import { build } from '../sdk/build/build.js';
import { bundleFirmware } from '../sdk/bundle/bundle.js';
import { loadFirmware } from '../sdk/config/load.js';
import { converse, expected, programDir } from './conformance/suite.js';

const fw = await loadFirmware('test/bench/stack');
const { program } = await bundleFirmware({ ...fw, engine: 'espruino' } as any);
console.log('stack', program.code.length);

import { writeFileSync } from 'node:fs';
writeFileSync('/tmp/e/stack.js', program.code);
for (const p of ['endpoints', 'buffers', 'flow', 'flow-event-idx', 'services', 'clock']) {
  try {
    const { image } = await build({
      dir: programDir(p),
      output: `/tmp/e/${p}.elf`,
      board: 'virt-m4',
      engine: 'espruino',
    });
    const said = await converse(p, image.elf, {});
    console.log(p, said === expected(p));
    if (said !== expected(p)) {
      const a = said.split('\n'),
        b = expected(p).split('\n');
      const i = a.findIndex((l, i) => l !== b[i]);
      console.log(i, a[i], '<>', b[i], a.length, b.length);
    }
  } catch (e) {
    console.log(p, (e as Error).message, (e as any).stack?.slice(0, 500));
  }
}
