/**
 * Puts the built linker-script-gen where its package.json looks for it, for `npm pack` in ldscripts/: the package is
 * built with everything else, dist/ldscripts is all of it. npm runs this before packing and, with --clean, after.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const scripts = dirname(fileURLToPath(import.meta.url));
const target = join(scripts, '../ldscripts/dist');
rmSync(target, { recursive: true, force: true });
if (!process.argv.includes('--clean')) {
  // stdout belongs to npm, which prints the tarball's name there.
  execFileSync(process.execPath, [join(scripts, 'prepare.js')], { stdio: ['ignore', 'ignore', 'inherit'] });
  cpSync(join(scripts, '../dist/ldscripts'), target, { recursive: true });
}
