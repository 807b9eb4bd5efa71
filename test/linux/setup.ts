/** `npm run setup:linux [VERSION ...]`: builds the kernels and the initramfs of the tests, unless they are there. */
import { realKernels } from '../../host-sim/linux/kernels.js';
import { buildKernel } from './build.js';

const wanted = process.argv.slice(2);
for (const version of wanted.length > 0 ? wanted : realKernels) {
  buildKernel(version, (line) => console.log(line));
}
