/**
 * For `node --import`, before tsx: test files get the recording stand-in for uvu, and one source file is served
 * with the change that RPROC_MUTATION describes ({ url, find, replace } as JSON). Nothing is written to disk.
 */
import { register } from 'node:module';

const { RPROC_MUTATION } = process.env;
register('./hooks.mjs', import.meta.url, {
  data: {
    mutation: RPROC_MUTATION ? JSON.parse(RPROC_MUTATION) : undefined,
    recorder: new URL('./recorder.ts', import.meta.url).href,
  },
});
