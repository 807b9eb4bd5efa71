/** `npm run build:native`. */
import { buildNative } from './build.js';

try {
  await buildNative((line) => console.log(`native: ${line}`));
} catch (error) {
  console.error(`native: ${(error as Error).message}`);
  process.exitCode = 1;
}
