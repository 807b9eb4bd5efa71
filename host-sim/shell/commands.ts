/** The commands of the shell, with the texts of BusyBox. */
import { utf8Decode, utf8Encode } from '../../runtime/abi/utf8.js';
import { errorText } from '../errno.js';
import { formatLine } from '../printk.js';
import type { Simulation } from '../simulation.js';
import { absolute, type Files } from './files.js';
import type { Modules } from './modules.js';

/** What a command works on. */
export interface Context {
  readonly sim: Simulation;
  readonly files: Files;
  readonly modules: Modules;
  readonly args: readonly string[];
  readonly stdin: Uint8Array;
  readonly cwd: string;
  chdir(path: string): void;
  out(data: Uint8Array | string): void;
  err(text: string): void;
  /** Lets virtual time pass. */
  pass(ms: number): Promise<void>;
  /** Runs another command with this one's input and output. */
  run(words: readonly string[]): Promise<number>;
}

/** Gives the exit status. */
type Command = (context: Context) => number | Promise<number>;

/** How many bytes one read of `cat` asks for. */
const CHUNK = 4096;

const all: { readonly [name: string]: { readonly usage: string; readonly run: Command } } = {
  cat: { usage: 'cat FILE...', run: cat },
  cd: { usage: 'cd DIR', run: cd },
  cp: { usage: 'cp FROM TO', run: (context) => copy(context, false) },
  dmesg: { usage: 'dmesg [-t]', run: dmesg },
  echo: { usage: 'echo [-n] TEXT...', run: echo },
  false: { usage: 'false', run: () => 1 },
  grep: { usage: 'grep [-v] [-c] PATTERN [FILE]', run: grep },
  head: { usage: 'head [-n N] [FILE]', run: (context) => slice(context, (lines, n) => lines.slice(0, n)) },
  help: { usage: 'help', run: help },
  hexdump: { usage: 'hexdump -C FILE', run: hexdump },
  ls: { usage: 'ls [-l] [PATH]...', run: ls },
  lsmod: { usage: 'lsmod', run: lsmod },
  modprobe: { usage: 'modprobe [-r] MODULE [PARAMETER=VALUE]', run: modprobe },
  mv: { usage: 'mv FROM TO', run: (context) => copy(context, true) },
  printf: { usage: "printf 'TEXT\\n'", run: printf },
  pwd: { usage: 'pwd', run: (context) => say(context, `${context.cwd}\n`) },
  rm: { usage: 'rm FILE...', run: rm },
  rmmod: { usage: 'rmmod MODULE', run: rmmod },
  sleep: { usage: 'sleep SECONDS', run: sleep },
  tail: { usage: 'tail [-n N] [FILE]', run: (context) => slice(context, (lines, n) => lines.slice(-n)) },
  timeout: { usage: 'timeout SECONDS COMMAND...', run: timeout },
  true: { usage: 'true', run: () => 0 },
  uname: { usage: 'uname -r', run: (context) => say(context, `${context.sim.firmware.release}\n`) },
  wc: { usage: 'wc -l|-c [FILE]', run: wc },
};

/** The command of that name; undefined when there is none. */
export function findCommand(name: string): Command | undefined {
  return Object.hasOwn(all, name) ? all[name].run : undefined;
}

function say({ out }: Pick<Context, 'out'>, data: Uint8Array | string): number {
  out(data);
  return 0;
}

function usage({ err }: Context, name: string): number {
  err(`usage: ${all[name].usage}\n`);
  return 2;
}

function echo({ args, out }: Context): number {
  const bare = args[0] === '-n';
  out(args.slice(bare ? 1 : 0).join(' ') + (bare ? '' : '\n'));
  return 0;
}

const ESCAPES: { readonly [letter: string]: string } = { n: '\n', t: '\t', r: '\r', 0: '\0', '\\': '\\' };

function printf(context: Context): number {
  const [format] = context.args;
  if (format === undefined) return usage(context, 'printf');
  const bytes: number[] = [];
  const pieces = /\\x([0-9a-fA-F]{1,2})|\\(.)|([^\\])/gsu;
  for (const [, hex, letter, plain] of format.matchAll(pieces)) {
    if (hex !== undefined) bytes.push(Number.parseInt(hex, 16));
    else bytes.push(...utf8Encode(plain ?? ESCAPES[letter] ?? `\\${letter}`));
  }
  context.out(Uint8Array.from(bytes));
  return 0;
}

async function cat(context: Context): Promise<number> {
  const { args, files, cwd, out, err, stdin } = context;
  if (args.length === 0) return say(context, stdin);
  let status = 0;
  for (const name of args) {
    const path = absolute(name, cwd);
    const data = await files.read(path, CHUNK);
    if (typeof data !== 'number') {
      out(data);
      // A device goes on until a signal comes; `timeout` sends one.
      if (path.startsWith('/dev/')) await keepReading(context, path, name);
      continue;
    }
    status = 1;
    const missing = !files.isFile(path) && !files.isDirectory(path);
    err(`cat: ${missing ? `can't open '${name}'` : 'read error'}: ${errorText(data)}\n`);
  }
  return status;
}

async function keepReading({ files, out, err }: Context, path: string, name: string): Promise<void> {
  for (;;) {
    const data = await files.read(path, CHUNK);
    if (typeof data === 'number') {
      err(`cat: ${name}: ${errorText(data)}\n`);
      return;
    }
    if (data.length === 0) return;
    out(data);
  }
}

function cd(context: Context): number {
  const path = absolute(context.args[0] ?? '/root', context.cwd);
  if (context.files.isDirectory(path)) {
    context.chdir(path);
    return 0;
  }
  context.err(`sh: cd: can't cd to ${context.args[0]}: No such file or directory\n`);
  return 2;
}

function ls({ args, files, cwd, out, err }: Context): number {
  const long = args.includes('-l');
  const named = args.filter((arg) => !/^-[l1a]+$/.test(arg));
  let status = 0;
  for (const name of named.length === 0 ? ['.'] : named) {
    const path = absolute(name, cwd);
    const show = (one: string, text: string) => out(long ? `${files.describe(one)} ${text}\n` : `${text}\n`);
    if (files.isFile(path)) show(path, name);
    else {
      const names = files.list(path);
      if (!names) {
        err(`ls: ${name}: No such file or directory\n`);
        status = 1;
        continue;
      }
      if (named.length > 1) out(`${name}:\n`);
      for (const one of names) show(path === '/' ? `/${one}` : `${path}/${one}`, one);
    }
  }
  return status;
}

async function copy(context: Context, move: boolean): Promise<number> {
  const { args, files, cwd, err } = context;
  const name = move ? 'mv' : 'cp';
  if (args.length !== 2) return usage(context, name);
  const from = absolute(args[0], cwd);
  let to = absolute(args[1], cwd);
  if (files.isDirectory(to)) to = `${to}/${from.slice(from.lastIndexOf('/') + 1)}`;
  const data = await files.read(from);
  if (typeof data === 'number') {
    err(`${name}: can't stat '${args[0]}': ${errorText(data)}\n`);
    return 1;
  }
  const result = await files.write(to, data);
  if (result < 0) {
    err(`${name}: can't create '${args[1]}': ${errorText(result)}\n`);
    return 1;
  }
  if (move && from !== to) files.remove(from);
  return 0;
}

function rm(context: Context): number {
  const { args, files, cwd, err } = context;
  if (args.length === 0) return usage(context, 'rm');
  let status = 0;
  for (const name of args.filter((arg) => arg !== '-f')) {
    const result = files.remove(absolute(name, cwd));
    if (result === 0) continue;
    err(`rm: can't remove '${name}': ${errorText(result)}\n`);
    status = 1;
  }
  return status;
}

function dmesg({ sim, args, out }: Context): number {
  for (const line of sim.kernel.log.lines) out(`${args.includes('-t') ? line.text : formatLine(line)}\n`);
  return 0;
}

async function sleep(context: Context): Promise<number> {
  const seconds = Number(context.args[0]);
  if (context.args.length !== 1 || !(seconds >= 0)) return usage(context, 'sleep');
  await context.pass(seconds * 1000);
  return 0;
}

/** A call that waits gets a signal after so many virtual seconds. */
async function timeout(context: Context): Promise<number> {
  const [first, ...words] = context.args;
  const seconds = Number(first);
  if (words.length === 0 || !(seconds > 0)) return usage(context, 'timeout');
  const { dev } = context.sim;
  const before = dev.signalAfterMs;
  dev.signalAfterMs = seconds * 1000;
  try {
    return await context.run(words);
  } finally {
    dev.signalAfterMs = before;
  }
}

function lsmod({ modules, out }: Context): number {
  out('Module\n');
  for (const name of modules.names) out(`${name}\n`);
  return 0;
}

function modprobe(context: Context): number {
  const { args, modules, err } = context;
  if (args[0] === '-r') return rmmod({ ...context, args: args.slice(1) });
  if (args.length === 0) return usage(context, 'modprobe');
  const problem = modules.probe(args[0], args.slice(1));
  if (problem === undefined) return 0;
  err(`modprobe: ${problem}\n`);
  return 1;
}

function rmmod(context: Context): number {
  const { args, modules, err } = context;
  if (args.length === 0) return usage(context, 'rmmod');
  const problem = modules.remove(args[0]);
  if (problem === undefined) return 0;
  err(`rmmod: ${problem}\n`);
  return 1;
}

/** The text of a file argument, or of what comes through the pipe; undefined when it cannot be read. */
async function input(context: Context, file: string | undefined): Promise<Uint8Array | undefined> {
  if (file === undefined) return context.stdin;
  const data = await context.files.read(absolute(file, context.cwd));
  if (typeof data !== 'number') return data;
  context.err(`sh: ${file}: ${errorText(data)}\n`);
  return undefined;
}

const linesOf = (data: Uint8Array): string[] => {
  const lines = utf8Decode(data).split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
};

async function grep(context: Context): Promise<number> {
  const options = context.args.filter((arg) => /^-[vc]+$/.test(arg)).join('');
  const [pattern, file] = context.args.filter((arg) => !/^-[vc]+$/.test(arg));
  if (pattern === undefined) return usage(context, 'grep');
  let expression: RegExp;
  try {
    expression = new RegExp(pattern);
  } catch {
    context.err(`grep: bad regex '${pattern}'\n`);
    return 2;
  }
  const data = await input(context, file);
  if (!data) return 2;
  const found = linesOf(data).filter((line) => expression.test(line) !== options.includes('v'));
  if (options.includes('c')) context.out(`${found.length}\n`);
  else for (const line of found) context.out(`${line}\n`);
  return found.length > 0 ? 0 : 1;
}

async function slice(
  context: Context,
  choose: (lines: readonly string[], count: number) => readonly string[],
): Promise<number> {
  let count = 10;
  const rest: string[] = [];
  for (let i = 0; i < context.args.length; i++) {
    const arg = context.args[i];
    const short = /^-n?(\d+)$/.exec(arg);
    if (short) count = Number(short[1]);
    else if (arg === '-n') count = Number(context.args[++i]);
    else rest.push(arg);
  }
  const data = await input(context, rest[0]);
  if (!data) return 1;
  for (const line of count > 0 ? choose(linesOf(data), count) : []) context.out(`${line}\n`);
  return 0;
}

async function wc(context: Context): Promise<number> {
  const [option, file] = context.args;
  if (option !== '-l' && option !== '-c') return usage(context, 'wc');
  const data = await input(context, file);
  if (!data) return 1;
  context.out(`${option === '-c' ? data.length : data.filter((byte) => byte === 10).length}\n`);
  return 0;
}

async function hexdump(context: Context): Promise<number> {
  const [option, file] = context.args;
  if (option !== '-C') return usage(context, 'hexdump');
  const data = await input(context, file);
  if (!data) return 1;
  const address = (at: number) => at.toString(16).padStart(8, '0');
  for (let at = 0; at < data.length; at += 16) {
    const row = [...data.subarray(at, at + 16)];
    const hex = row.map((byte, i) => `${i === 8 ? ' ' : ''}${byte.toString(16).padStart(2, '0')} `).join('');
    const text = row.map((byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '.')).join('');
    context.out(`${address(at)}  ${hex.padEnd(50)}|${text}|\n`);
  }
  context.out(`${address(data.length)}\n`);
  return 0;
}

function help({ out }: Context): number {
  out('A shell on the simulated Linux. Commands, with ; && || | > >> < $? and quotes:\n');
  for (const { usage } of Object.values(all)) out(`  ${usage}\n`);
  out('  exit [STATUS]\n');
  return 0;
}
