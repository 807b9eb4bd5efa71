/** npm and what it installs, run as a user's shell would: nothing of this checkout is on the way. */
import { spawn } from 'node:child_process';
import { delimiter } from 'node:path';
import type { CommandResult } from './project-folder.js';
import { root } from './sources.js';

/**
 * The environment without what `npm run` added to it: the checkout's commands on the PATH would stand in for commands
 * that the package forgot, and its settings would lead npm back to the checkout.
 */
function userEnvironment(): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (
      /^(npm_(package|lifecycle|config_local_prefix|config_prefix|command)|INIT_CWD|NODE_|FORCE_COLOR|RPROC_)/.test(
        name,
      )
    )
      continue;
    env[name] = value;
  }
  env.NO_COLOR = '1';
  const path = (process.env.PATH ?? '').split(delimiter);
  env.PATH = path.filter((folder) => !/node_modules|node-gyp-bin/.test(folder)).join(delimiter);
  return env;
}

/** Runs `npm ARGS` in `cwd`. */
export function npm(cwd: string, ...args: readonly string[]): Promise<CommandResult> {
  return npmOn(undefined, cwd, ...args);
}

/** The same where only `path` is searched for commands; the user's own without one. */
export function npmOn(
  path: string | undefined,
  cwd: string,
  ...args: readonly string[]
): Promise<CommandResult> {
  // Under `npm run` the very npm that runs; else the one on the PATH, a .cmd file on Windows.
  const script = process.env.npm_execpath;
  const [command, before] = script?.endsWith('.js') ? [process.execPath, [script]] : ['npm', []];
  const env = userEnvironment();
  if (path !== undefined) env.PATH = path;
  const options = { cwd, env, shell: command === 'npm' && process.platform === 'win32' };
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...before, ...args], { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('error', reject).on('close', (status) => resolve({ status: status ?? -1, stdout, stderr }));
  });
}

/** Installs what package.json in `cwd` says, and `specs` besides. Packages come from npm's cache where it has them. */
export async function npmInstall(cwd: string, ...specs: readonly string[]): Promise<void> {
  const options = ['--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status, stdout, stderr } = await npm(cwd, 'install', ...options, ...specs);
  if (status !== 0) throw new Error(`npm install ended with ${status}\n${stdout}${stderr}`);
}

export interface Tarball {
  readonly filename: string;
  readonly version: string;
  /** Bytes of the tarball and of what it unpacks to. */
  readonly size: number;
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string; readonly size: number }[];
}

/** `npm pack` of the checkout, whose dist is up to date, into `folder`; without one nothing is written. */
export async function npmPack(folder?: string): Promise<Tarball> {
  const where = folder === undefined ? ['--dry-run'] : ['--pack-destination', folder];
  const { status, stdout, stderr } = await npm(root, 'pack', '--json', '--ignore-scripts', ...where);
  if (status !== 0) throw new Error(`npm pack ended with ${status}\n${stderr}`);
  const parsed = JSON.parse(stdout);
  // A list up to npm 11, an object by package name later.
  return Object.values(parsed as Record<string, Tarball>)[0];
}
