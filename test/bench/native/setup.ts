/** `npm run setup:native-bench`: fetches and builds what the native bench needs, once. */
import { buildHarness } from './build.js';

console.log(`native bench: ${buildHarness((line) => console.log(line))}`);
