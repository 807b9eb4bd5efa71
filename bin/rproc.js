#!/usr/bin/env node
import { existsSync } from 'node:fs';

const main = new URL('../dist/sdk/cli/main.js', import.meta.url);
if (existsSync(main)) {
  const command = await import(main.href);
  process.exitCode = await command.main(process.argv.slice(2));
} else {
  console.error('rproc is not built: run `npm ci` or `npm run build` in its folder');
  process.exitCode = 1;
}
