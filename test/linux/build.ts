/**
 * Builds a kernel that boots remoteproc images, and its initramfs, out of Debian packages: kernel sources with Debian's patches, our
 * platform driver, kernel.config, busybox, the agent. Kept by a hash of all of that in the user's cache folder, so that it is done once.
 */
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cpio } from '../../host-sim/linux/cpio.js';
import { cacheFolder } from '../../host-sim/linux/kernels.js';
import { Debian, run } from './debian.js';

const here = fileURLToPath(new URL('.', import.meta.url));
const own = (name: string): Buffer => readFileSync(join(here, name));

/** To be raised when this file builds something else out of the same parts. */
const BUILD = 1;

/** Where a series is in Debian, and the version whose source the simulator's tables were read from: others may say other things. */
const series: {
  readonly [version: string]: { readonly suites: readonly string[]; readonly read: string };
} = {
  '6.12': { suites: ['trixie'], read: '6.12.117-1' },
  '7.2': { suites: ['trixie-backports', 'forky', 'sid'], read: '7.2.13-1' },
};
const BUSYBOX = { name: 'busybox-static', suite: 'trixie' };

const modules = [
  'samples/rpmsg/rpmsg_client_sample.ko',
  'drivers/rpmsg/rpmsg_ctrl.ko',
  'drivers/rpmsg/rpmsg_char.ko',
  'drivers/tty/rpmsg_tty.ko',
];

/** Builds one kernel unless it is there already; true when it was built now. Throws Error with the tool's own words. */
export function buildKernel(version: string, log: (line: string) => void): boolean {
  const { suites, read } = series[version] ?? {};
  if (!suites) throw new Error(`no Linux ${version}: there are ${Object.keys(series).join(', ')}`);
  const cache = cacheFolder();
  const pointer = join(cache, `${version}.json`);
  const key = hash(read, BUSYBOX.name);
  const name = `${version}-${key}`;
  const folder = join(cache, name);
  if (existsSync(join(folder, 'initramfs'))) {
    writeFileSync(
      pointer,
      JSON.stringify({ release: readFileSync(join(folder, 'release'), 'utf8'), folder: name }),
    );
    log(`Linux ${version} is there: ${folder}`);
    return false;
  }

  const begin = Date.now();
  const work = join(cache, `building-${version}`);
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  const debian = new Debian(join(work, 'apt'), [...new Set([...suites, BUSYBOX.suite])]);
  const source = `linux-source-${version}`;
  const versions = debian.versions(source);
  if (versions.length === 0) throw new Error(`Debian has no ${source} in ${suites.join(', ')} now`);
  const chosen = versions.includes(read) ? read : versions[0];
  if (chosen !== read) log(`${source} ${read} is not in Debian any more: ${chosen} is taken`);
  log(`fetching ${source} ${chosen}`);
  debian.unpack(source, chosen, join(work, 'package'));
  const tree = join(work, 'tree');
  mkdirSync(tree);
  const packed = join(work, 'package/usr/src', `${source}.tar.xz`);
  run('tar', ['-xf', packed, '--strip-components=1'], tree);
  rmSync(join(work, 'package'), { recursive: true });

  copyFileSync(join(here, 'rproc_ivshmem.c'), join(tree, 'drivers/remoteproc/rproc_ivshmem.c'));
  appendFileSync(join(tree, 'drivers/remoteproc/Makefile'), 'obj-y += rproc_ivshmem.o\n');
  log(`building Linux ${chosen}: about four minutes on two processors`);
  make(tree, [`KCONFIG_ALLCONFIG=${join(here, 'kernel.config')}`, 'allnoconfig']);
  make(tree, [`-j${cpus().length}`, 'bzImage', 'modules']);

  debian.unpack(BUSYBOX.name, debian.versions(BUSYBOX.name).at(-1)!, join(work, 'busybox'));
  const result = join(work, 'result');
  mkdirSync(result);
  copyFileSync(join(tree, 'arch/x86/boot/bzImage'), join(result, 'bzImage'));
  copyFileSync(join(tree, '.config'), join(result, 'config'));
  writeFileSync(
    join(result, 'release'),
    readFileSync(join(tree, 'include/config/kernel.release'), 'utf8').trim(),
  );
  const agent = join(work, 'agent');
  run('gcc', ['-static', '-s', '-Os', '-Wall', '-Wextra', '-o', agent, join(here, 'guest/agent.c')], work);
  writeFileSync(
    join(result, 'initramfs'),
    cpio([
      { path: 'init', data: own('guest/init'), executable: true },
      { path: 'bin/busybox', data: readFileSync(busybox(join(work, 'busybox'))), executable: true },
      { path: 'bin/agent', data: readFileSync(agent), executable: true },
      ...modules.map((path) => ({
        path: `modules/${path.split('/').at(-1)}`,
        data: readFileSync(join(tree, path)),
      })),
    ]),
  );
  rmSync(folder, { recursive: true, force: true });
  renameSync(result, folder);
  writeFileSync(
    pointer,
    JSON.stringify({ release: readFileSync(join(folder, 'release'), 'utf8'), folder: name }),
  );
  rmSync(work, { recursive: true });
  log(`Linux ${version} is in ${folder}, ${Math.round((Date.now() - begin) / 1000)} s`);
  return true;
}

/** Same sources, same bytes: no time, no user, no machine. */
function make(tree: string, args: readonly string[]): void {
  const env = {
    ...process.env,
    KBUILD_BUILD_TIMESTAMP: '1970-01-01',
    KBUILD_BUILD_USER: 'rproc',
    KBUILD_BUILD_HOST: 'rproc',
    KBUILD_BUILD_VERSION: '1',
  };
  run('nice', ['-n', '10', 'make', '-s', ...args], tree, env);
}

/** Older packages have it in /bin. */
function busybox(unpacked: string): string {
  const places = ['usr/bin', 'bin'].map((folder) => join(unpacked, folder));
  return join(
    places.find((place) => existsSync(place) && readdirSync(place).includes('busybox'))!,
    'busybox',
  );
}

/** Everything that the result depends on. */
function hash(...words: readonly string[]): string {
  const sum = createHash('sha256').update(JSON.stringify([BUILD, ...words]));
  for (const file of ['kernel.config', 'rproc_ivshmem.c', 'guest/init', 'guest/agent.c'])
    sum.update(own(file));
  return sum.digest('hex').slice(0, 16);
}
