/** Versions that images and `--version` name. */
import { readFileSync } from 'node:fs';

interface PackageJson {
  readonly name?: string;
  readonly version: string;
  readonly dependencies: { readonly [name: string]: string };
  readonly devDependencies: { readonly [name: string]: string };
}

const own = readOwnPackage();

export const SDK_VERSION = own.version;
/** The engine that simulated cores run. */
export const ENGINE_VERSION = `quickjs 2025-09-13 (quickjs-emscripten ${own.dependencies['quickjs-emscripten']})`;

/** The Espruino whose language the gate and the lowering were measured with. */
export const ESPRUINO_VERSION = 'espruino 2v29';

/**
 * What a new project asks npm for: patches of this very SDK, and for all others the versions that the SDK has itself, so
 * that both get one copy. @throws Error for a package that the SDK does not have
 */
export function newProjectVersions(name: string): string {
  const version =
    name === own.name ? `~${own.version}` : (own.dependencies[name] ?? own.devDependencies[name]);
  if (version === undefined) throw new Error(`the SDK has no version of ${name}`);
  return version;
}

/** This package's package.json: one folder up from the sources, two from dist. */
function readOwnPackage(): PackageJson {
  for (const up of ['../package.json', '../../package.json']) {
    try {
      const found = JSON.parse(readFileSync(new URL(up, import.meta.url), 'utf8')) as PackageJson;
      if (found.name === 'rproc-sdk') return found;
    } catch {
      // Not here; the next place.
    }
  }
  throw new Error('package.json of rproc-sdk is missing');
}
