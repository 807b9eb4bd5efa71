/** What the build needs of the machine, as Debian calls it. */
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { run } from './run.js';

/** Package, and a tool on the PATH or a file that is there when it is installed. */
const NEEDED = {
  'gcc-arm-none-eabi': 'arm-none-eabi-gcc',
  'binutils-arm-none-eabi': 'arm-none-eabi-ld',
  'libnewlib-arm-none-eabi': '/usr/lib/arm-none-eabi/newlib/libc_nano.a',
  'gcc-riscv64-unknown-elf': 'riscv64-unknown-elf-gcc',
  'binutils-riscv64-unknown-elf': 'riscv64-unknown-elf-ld',
  'picolibc-riscv64-unknown-elf': '/usr/share/doc/picolibc-riscv64-unknown-elf/copyright',
  clang: 'clang',
  lld: 'wasm-ld',
  'wasi-libc': '/usr/include/wasm32-wasi/stdio.h',
  'libclang-rt-dev-wasm32': '/usr/share/doc/libclang-rt-dev-wasm32/copyright',
  // Its copyright file has the licence of libgcc; those of the cross compilers refer to it.
  'gcc-12-base': '/usr/share/doc/gcc-12-base/copyright',
} as const;

/** What only fetching the engine's source needs, once for all clones of a machine. */
const NEEDED_TO_FETCH = {
  'dpkg-dev': 'dpkg-source',
  'debian-archive-keyring': '/usr/share/keyrings/debian-archive-keyring.gpg',
} as const;

export const BUILD_PACKAGES = Object.keys({ ...NEEDED, ...NEEDED_TO_FETCH });

/** Throws Error that names all missing packages and the one command that installs them. */
export function checkPackages(fetched: boolean): void {
  const wanted = Object.entries(fetched ? NEEDED : { ...NEEDED, ...NEEDED_TO_FETCH });
  const missing = wanted.filter(([, mark]) => !isThere(mark)).map(([name]) => name);
  if (missing.length === 0) return;
  const command = `apt-get install --no-install-recommends ${missing.join(' ')}`;
  throw new Error(`packages are missing (Debian 12 names them so), as root: ${command}`);
}

function isThere(mark: string): boolean {
  if (mark.startsWith('/')) return existsSync(mark);
  return (process.env.PATH ?? '').split(delimiter).some((folder) => isExecutable(join(folder, mark)));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** `clang` depends on the compiler itself by a name with its version. */
const COMPILERS = ['clang-*', 'lld-*', 'libclang-rt-*-dev-wasm32'];
let versions: Promise<string> | undefined;

/** Names and versions of everything installed that decides what is built. */
export function toolVersions(): Promise<string> {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg-query's own
  const format = '${binary:Package} ${Version}\\n';
  versions ??= run('dpkg-query', ['-W', '-f', format, ...Object.keys(NEEDED), ...COMPILERS], '/').then(
    (text) =>
      text
        .split('\n')
        .filter((row) => / \d/.test(row))
        .sort()
        .join('\n'),
  );
  return versions;
}
