/** Firmware projects in temporary folders, as a user has them, and the command run on them. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { main } from '../../sdk/cli/main.js';
import { root } from './sources.js';

export type ProjectFiles = { readonly [path: string]: string | Uint8Array };

export interface CommandResult {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Writes `files` and makes packages of the checkout resolve as after `npm install`. */
export function makeProject(files: ProjectFiles): string {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), 'rproc-project-')));
  addFiles(dir, files);
  mkdirSync(join(dir, 'node_modules'), { recursive: true });
  symlinkSync(root, join(dir, 'node_modules/rproc-sdk'), 'dir');
  symlinkSync(join(root, 'node_modules/uvu'), join(dir, 'node_modules/uvu'), 'dir');
  return dir;
}

export function addFiles(dir: string, files: ProjectFiles): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), content);
  }
}

/** Runs `use` in a project that is removed afterwards. */
export async function inProject<T>(files: ProjectFiles, use: (dir: string) => T | Promise<T>): Promise<T> {
  const dir = makeProject(files);
  try {
    return await use(dir);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Runs one command line in this process. */
export async function rproc(...argv: readonly string[]): Promise<CommandResult> {
  let stdout = '';
  let stderr = '';
  const status = await main(argv, {
    out: (text) => {
      stdout += text;
    },
    err: (text) => {
      stderr += text;
    },
    color: false,
  });
  return { status, stdout, stderr };
}

/** Runs bin/rproc.js in a process of its own, the way a user does. */
export function rprocProcess(
  argv: readonly string[],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<CommandResult> {
  const command = [join(root, 'bin/rproc.js'), ...argv];
  // The test runner asks for colours, a user's pipe does not.
  const env = { ...process.env, FORCE_COLOR: undefined, ...options.env };
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, command, {
      cwd: options.cwd,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
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

/** `text` with the project's folder as DIR. */
export function withoutFolder(text: string, dir: string): string {
  return text.replaceAll(dir, 'DIR');
}

/** A firmware.config.ts; `resources` and `more` are source text. */
export function config(resources = 'trace(), rpmsgVdev()', more = ''): string {
  return `import { defineFirmware, rpmsgVdev, trace } from 'rproc-sdk';

export default defineFirmware({
  name: 'firmware',
  board: 'virt-m4',
  entry: './src/main.ts',
  resources: [${resources}],
  ${more}
});
`;
}

/** A project with this program and the usual configuration. */
export function program(main: string, resources?: string, more?: string): ProjectFiles {
  return { 'firmware.config.ts': config(resources, more), 'src/main.ts': main };
}
