/**
 * The source of Bellard's QuickJS 2025-04-26 from Debian trixie's source package. apt gets a configuration of its own
 * in the cache folder: the system's suites are left alone and no root is needed. apt checks the archive's signature,
 * this file the exact bytes.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDir } from './cache.js';
import { runSync } from './run.js';

export const QUICKJS_VERSION = '2025-04-26';
const PACKAGE = 'quickjs=2025.04.26-1';
const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** The parts of the source package and their SHA-256. */
export const SOURCE_FILES: { readonly [name: string]: string } = {
  'quickjs_2025.04.26-1.dsc': '9dc1d44c9d68023ba42778f2263b25409e0037aefa32cd72a56420d2ed4fdc06',
  'quickjs_2025.04.26.orig.tar.xz': 'ec81da5b3249ed648dbc7df4a1654988910e66a118d9b71cb63534216efcfbbe',
  'quickjs_2025.04.26-1.debian.tar.xz': '33e980d4737e83419ae2fb3c833a9d1813ee5edbf2e3da129a66f8bffac23862',
};

/** Where the unpacked source is, or will be. */
export const sourceDir = join(cacheDir, 'quickjs-2025.04.26-1');

export function isFetched(): boolean {
  return existsSync(sourceDir);
}

/** Fetches and unpacks the source unless it is there. Throws Error with what apt or dpkg-source said. */
export function fetchSource(log: (line: string) => void): string {
  if (isFetched()) return sourceDir;
  const work = join(cacheDir, `fetching.${process.pid}.tmp`);
  try {
    const unpacked = fetchInto(work, log);
    // Another clone may have been first.
    if (!isFetched()) renameSync(unpacked, sourceDir);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return sourceDir;
}

/** Everything happens below `work`; gives the folder of the unpacked source. */
function fetchInto(work: string, log: (line: string) => void): string {
  rmSync(work, { recursive: true, force: true });
  for (const folder of ['lists/partial', 'cache/archives/partial', 'source']) {
    mkdirSync(join(work, folder), { recursive: true });
  }
  const list = join(work, 'sources.list');
  const signed = existsSync(KEYRING) ? `[signed-by=${KEYRING}] ` : '';
  writeFileSync(list, `deb-src ${signed}http://deb.debian.org/debian trixie main\n`);
  const options = {
    'Dir::Etc::sourcelist': list,
    'Dir::Etc::sourceparts': '-',
    'Dir::State::lists': join(work, 'lists'),
    'Dir::Cache': join(work, 'cache'),
    'Acquire::Languages': 'none',
    // The download user of apt cannot write here, which it would warn of.
    'APT::Sandbox::User': 'root',
  };
  const apt = Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  const source = join(work, 'source');
  log(`fetching ${PACKAGE} from Debian trixie`);
  runSync('apt-get', [...apt, 'update'], work);
  runSync('apt-get', [...apt, 'source', '--download-only', PACKAGE], source);
  for (const [name, expected] of Object.entries(SOURCE_FILES)) {
    const found = createHash('sha256')
      .update(readFileSync(join(source, name)))
      .digest('hex');
    if (found !== expected) throw new Error(`${name} has SHA-256 ${found}, expected ${expected}`);
  }
  // The hashes above say more than the maintainer's signature, whose key is in no keyring.
  const unpacked = join(work, 'unpacked');
  runSync('dpkg-source', ['--no-check', '-x', join(source, Object.keys(SOURCE_FILES)[0]), unpacked], work);
  return unpacked;
}
