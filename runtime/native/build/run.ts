/** Commands: their failures in their own words, and as many at a time as there are processors. */
import { execFile, execFileSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

const MAX_OUTPUT = 1 << 26;
let free = availableParallelism();
const waiting: (() => void)[] = [];

/** Runs a command and gives its stdout. Throws Error with what it printed when it fails. */
export async function run(command: string, args: readonly string[], cwd: string): Promise<string> {
  if (free === 0) await new Promise<void>((go) => waiting.push(go));
  else free--;
  try {
    return await new Promise((done, failed) => {
      const options = { cwd, env: { ...process.env, LC_ALL: 'C' }, maxBuffer: MAX_OUTPUT };
      execFile(command, args, options, (error, stdout, stderr) => {
        if (error) failed(new Error(`${command}: ${(stderr + stdout).trim() || error.message}`));
        else done(stdout);
      });
    });
  } finally {
    const next = waiting.shift();
    if (next) next();
    else free++;
  }
}

/** The same at once. */
export function runSync(command: string, args: readonly string[], cwd: string): string {
  try {
    return execFileSync(command, args, { cwd, encoding: 'utf8', stdio: 'pipe', maxBuffer: MAX_OUTPUT });
  } catch (error) {
    const { stderr, message } = error as { stderr?: string; message: string };
    throw new Error(`${command}: ${stderr?.trim() || message}`);
  }
}
