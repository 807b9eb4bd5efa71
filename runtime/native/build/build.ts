/** Everything that native images are linked from, in runtime/native/dist; what has not changed is not made again. */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { abiHeader } from './abi-header.js';
import { hashOf } from './cache.js';
import { compilerWasm } from './compiler.js';
import { CPUS, type CpuName, cpuNames } from './cpus.js';
import { ENGINE_HASH, engineSource } from './engine.js';
import { notices } from './notices.js';
import {
  archive,
  engineObjects,
  headerFolder,
  nativeDir,
  ownObject,
  type Places,
  startupFiles,
} from './objects.js';
import { checkPackages, toolVersions } from './packages.js';
import { isFetched, QUICKJS_VERSION } from './source.js';
import { supportArchive } from './support.js';

export const distDir = join(nativeDir, 'dist');
export const PROFILES = ['small', 'full'] as const;

/** manifest.json. */
export interface Manifest {
  /** Name and version of the engine. */
  readonly engine: string;
  /** Of the engine build, as in images (`AppBytecode.engine_hash`): 32 hex digits. */
  readonly hash: string;
  /** Bytes of each file, by processor. */
  readonly cpus: { readonly [cpu in CpuName]: { readonly [file: string]: number } };
  /** Debian packages that built it, with their versions. */
  readonly tools: readonly string[];
  /** Hash over everything that it was made of. */
  readonly inputs: string;
}

/** Is what is in `distDir` made of these very sources, by the tools that are installed? */
export async function isUpToDate(): Promise<boolean> {
  return manifestThere()?.inputs === hashOfInputs(await toolVersions());
}

/** Builds what is missing or out of date. */
export async function buildNative(log: (line: string) => void): Promise<void> {
  checkPackages(isFetched());
  const tools = await toolVersions();
  const inputs = hashOfInputs(tools);
  if (manifestThere()?.inputs === inputs) return log(`${distDir} is up to date`);
  const places: Places = { engine: await engineSource(log), header: await headerFolder() };
  const [compiler, ...ofCpus] = await Promise.all([
    compilerWasm(places),
    ...cpuNames.map((cpu) => filesOfCpu(cpu, places)),
  ]);
  const files = new Map<string, string | Uint8Array>([['compiler.wasm', readFileSync(compiler)]]);
  const cpus: { [cpu: string]: { [file: string]: number } } = {};
  for (const [i, paths] of ofCpus.entries()) {
    const cpu = cpuNames[i];
    const sizes: { [file: string]: number } = {};
    for (const path of paths) {
      const bytes = readFileSync(path);
      files.set(join(cpu, basename(path)), bytes);
      sizes[basename(path)] = bytes.length;
    }
    cpus[cpu] = sizes;
  }
  files.set('NOTICES', notices(places.engine));
  const manifest = {
    ...{ engine: `quickjs ${QUICKJS_VERSION}`, hash: ENGINE_HASH, cpus },
    ...{ tools: tools.split('\n'), inputs },
  };
  files.set('manifest.json', `${JSON.stringify(manifest, null, 2)}\n`);
  writeDist(files);
  log(`built ${distDir}: ${files.size} files for ${cpuNames.join(', ')}`);
}

async function filesOfCpu(name: CpuName, places: Places): Promise<string[]> {
  const cpu = CPUS[name];
  const [engine, startup, profiles] = await Promise.all([
    engineObjects(cpu, places),
    Promise.all(startupFiles(cpu).map((file) => ownObject(cpu, file, places))),
    Promise.all(PROFILES.map((profile) => ownObject(cpu, `profile-${profile}.c`, places))),
  ]);
  return [
    await archive(cpu.toolchain, 'librproc.a', startup),
    await archive(cpu.toolchain, 'libquickjs.a', engine),
    await supportArchive(
      cpu,
      profiles.map((profile) => [profile, ...startup, ...engine]),
    ),
    ...profiles,
  ];
}

function hashOfInputs(tools: string): string {
  return hashOf([tools, ENGINE_HASH, abiHeader(), ...ownFiles().flatMap((name) => [name, textOf(name)])]);
}

/** What of runtime/native decides about the products. */
function ownFiles(): string[] {
  return readdirSync(nativeDir, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(c|h|S|ts)$/.test(name))
    .sort();
}

function textOf(name: string): Uint8Array {
  return readFileSync(join(nativeDir, name));
}

function manifestThere(): Manifest | undefined {
  const file = join(distDir, 'manifest.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Manifest) : undefined;
}

/** Puts the new folder in the place of the old one; a reader sees either of them whole. */
function writeDist(files: ReadonlyMap<string, string | Uint8Array>): void {
  const stage = join(nativeDir, `dist.${process.pid}.tmp`);
  const retired = `${stage}.old`;
  try {
    for (const [name, content] of files) {
      mkdirSync(dirname(join(stage, name)), { recursive: true });
      writeFileSync(join(stage, name), content);
    }
    if (existsSync(distDir)) renameSync(distDir, retired);
    renameSync(stage, distDir);
  } finally {
    rmSync(stage, { recursive: true, force: true });
    rmSync(retired, { recursive: true, force: true });
  }
}
