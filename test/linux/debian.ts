/**
 * Packages of Debian's archive. apt gets a configuration of its own in the cache folder: the system's suites are left alone
 * and no root is needed. apt checks the archive's signature and the hash of what it fetches.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';
const MIRROR = 'http://deb.debian.org/debian';

/** Binary packages of some suites. */
export class Debian {
  private readonly options: readonly string[];

  /** Fetches the suites' lists into `folder`. Throws Error with apt's own words. */
  constructor(
    private readonly folder: string,
    suites: readonly string[],
  ) {
    for (const name of ['lists/partial', 'cache/archives/partial'])
      mkdirSync(join(folder, name), { recursive: true });
    const list = join(folder, 'sources.list');
    const signed = existsSync(KEYRING) ? `[signed-by=${KEYRING}] ` : '';
    writeFileSync(list, suites.map((suite) => `deb ${signed}${MIRROR} ${suite} main\n`).join(''));
    const settings = {
      'Dir::Etc::sourcelist': list,
      'Dir::Etc::sourceparts': '-',
      'Dir::State::lists': join(folder, 'lists'),
      'Dir::Cache': join(folder, 'cache'),
      'Acquire::Languages': 'none',
      // The download user of apt cannot write here, which it would warn of.
      'APT::Sandbox::User': 'root',
    };
    this.options = Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
    run('apt-get', [...this.options, 'update'], folder);
  }

  /** Versions of a package that the suites have, newest first. */
  versions(name: string): string[] {
    const lines = run('apt-cache', [...this.options, 'madison', name], this.folder).split('\n');
    const found = lines.map((line) => line.split('|').map((field) => field.trim()));
    return [
      ...new Set(found.filter(([, , from]) => from?.endsWith('Packages')).map(([, version]) => version)),
    ];
  }

  /** Fetches and unpacks a package into a new folder. */
  unpack(name: string, version: string, into: string): void {
    const fetched = join(this.folder, 'fetched');
    rmSync(fetched, { recursive: true, force: true });
    mkdirSync(fetched);
    run('apt-get', [...this.options, 'download', `${name}=${version}`], fetched);
    run('dpkg-deb', ['-x', join(fetched, readdirSync(fetched)[0]), into], fetched);
    rmSync(fetched, { recursive: true });
  }
}

/** Runs a command and throws with its own words when it fails. */
export function run(command: string, args: readonly string[], cwd: string, env?: NodeJS.ProcessEnv): string {
  try {
    return execFileSync(command, args, { cwd, env, encoding: 'utf8', stdio: 'pipe', maxBuffer: 1 << 28 });
  } catch (error) {
    const { stderr, message } = error as { stderr?: string; message: string };
    throw new Error(`${command}: ${stderr?.trim().split('\n').slice(-20).join('\n') || message}`);
  }
}
