/**
 * Builds dist/ when its sources changed since the last build. npm runs it as `prepare` (after `npm ci`, before
 * packing) and before tests. A failed build leaves the old dist untouched: everything is generated in memory,
 * written to a folder beside dist and swapped in at the end.
 *
 *   node scripts/prepare.js [--force]
 */
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, 'dist');
const native = join(root, 'runtime', 'native');
const stampFile = join(dist, '.stamp');
const sourceFolders = ['sdk', 'runtime', 'boards', 'host-sim', 'ldscripts'];
/** Named so that the `dist/` line of .gitignore covers what a killed build leaves behind. */
const stagePrefix = '.prepare-';

/** Sources only: ldscripts/ holds a dist of its own while it is packed, runtime/native C and its products. */
function filesBelow(path) {
  if (!existsSync(path)) return [];
  if (statSync(path).isFile()) return [path];
  return readdirSync(path)
    .filter((name) => name !== 'dist')
    .sort()
    .map((name) => join(path, name))
    .filter((file) => file !== native)
    .flatMap(filesBelow);
}

/** A hash over everything that decides what dist holds; names are part of it. */
function hashOfSources() {
  const hash = createHash('sha256');
  const add = (name, content) => hash.update(`${name}\0${content.length}\0`).update(content);
  const tsconfigs = readdirSync(root).filter((name) => /^tsconfig.*\.json$/.test(name));
  const named = ['rollup.config.js', 'scripts/prepare.js', 'package-lock.json', ...tsconfigs.sort()];
  for (const path of [...sourceFolders, ...named].flatMap((name) => filesBelow(join(root, name)))) {
    add(path.slice(root.length + 1).replaceAll(sep, '/'), readFileSync(path));
  }
  const { name, version, type, dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  add('package.json', Buffer.from(JSON.stringify({ name, version, type, dependencies })));
  return hash.digest('hex');
}

function stamp() {
  return existsSync(stampFile) ? readFileSync(stampFile, 'utf8').trim() : '';
}

/** Every file of dist, by name. Nothing is written before both programs compiled. */
async function generate() {
  const { rollup } = await import('rollup');
  const { default: configs } = await import(pathToFileURL(join(root, 'rollup.config.js')).href);
  const files = new Map();
  for (const config of configs) {
    const bundle = await rollup(config);
    const { output } = await bundle.generate(config.output);
    await bundle.close();
    for (const file of output) {
      if (files.has(file.fileName)) throw new Error(`two programs write ${file.fileName}`);
      files.set(file.fileName, file.type === 'chunk' ? file.code : file.source);
    }
  }
  return files;
}

/** Puts the new dist in the place of the old one; a reader sees either of them whole. */
function swapIn(staged, hash) {
  const retired = join(dirname(staged), 'retired', 'dist');
  mkdirSync(dirname(retired));
  for (let attempt = 0; ; attempt++) {
    // Another process that prepared the same sources at the same time may have been first.
    if (attempt > 0 && stamp() === hash) return;
    try {
      if (existsSync(dist)) renameSync(dist, retired);
      renameSync(staged, dist);
      return;
    } catch (error) {
      if (existsSync(retired) && !existsSync(dist)) renameSync(retired, dist);
      rmSync(retired, { recursive: true, force: true });
      if (attempt >= 5) throw error;
    }
  }
}

async function build(hash) {
  const stage = join(root, stagePrefix + process.pid);
  try {
    const files = await generate();
    for (const [name, content] of [...files, ['.stamp', hash + '\n']]) {
      const path = join(stage, 'dist', name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, content);
    }
    swapIn(join(stage, 'dist'), hash);
    return files.size;
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
}

function alive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function removeLeftovers() {
  for (const name of readdirSync(root).filter((entry) => entry.startsWith(stagePrefix))) {
    if (!alive(Number(name.slice(stagePrefix.length)))) {
      rmSync(join(root, name), { recursive: true, force: true });
    }
  }
}

async function main(force) {
  if (!sourceFolders.every((name) => existsSync(join(root, name)))) {
    if (existsSync(dist)) return 'prepare: no sources here, dist is used as it is';
    throw new Error('neither all source folders nor dist are here');
  }
  const hash = hashOfSources();
  if (!force && stamp() === hash) return 'prepare: dist is up to date';
  removeLeftovers();
  const started = process.hrtime.bigint();
  const count = await build(hash);
  const seconds = Number(process.hrtime.bigint() - started) / 1e9;
  return `prepare: built dist, ${count} files in ${seconds.toFixed(1)} s`;
}

try {
  console.log(await main(process.argv.includes('--force')));
} catch (error) {
  const where = error.loc ? ` (${error.loc.file}:${error.loc.line}:${error.loc.column})` : '';
  console.error(`prepare: build failed, dist is as it was: ${error.message}${where}`);
  if (error.frame) console.error(error.frame);
  // After a failed build the compiler's file watchers would keep the process alive.
  process.exit(1);
}
