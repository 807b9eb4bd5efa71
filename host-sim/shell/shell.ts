/** A prompt on the simulated Linux: the commands that people type on a board, on the same paths, with the same answers. */
import { utf8Encode } from '../../runtime/abi/utf8.js';
import { errorText } from '../errno.js';
import type { Simulation } from '../simulation.js';
import { type Context, findCommand } from './commands.js';
import { absolute, Files } from './files.js';
import { Modules } from './modules.js';
import { type Pipeline, parseLine, type SimpleCommand, SyntaxProblem, type Word } from './parse.js';

/** Virtual ms that pass with each line: somebody typed it. */
const TYPING_MS = 10;

/** Where commands write to. */
export interface ShellOutput {
  /** Standard output, as it comes. */
  out(data: Uint8Array): void;
  /** Standard error. */
  err(text: string): void;
}

/** Runs lines on a simulation; `status` is `$?`. */
export class Shell {
  /** Exit status of the last command, `$?`. */
  status = 0;
  /** Set by `exit`. */
  exited = false;
  private cwd = '/root';
  private readonly files: Files;
  private readonly modules: Modules;

  constructor(
    private readonly sim: Simulation,
    private readonly output: ShellOutput,
  ) {
    this.files = new Files(sim);
    this.modules = new Modules(sim);
  }

  /** Runs one line; what it does to the system has happened when the promise resolves with the exit status. */
  async run(line: string): Promise<number> {
    let pipelines: Pipeline[];
    try {
      pipelines = parseLine(line);
    } catch (error) {
      if (!(error instanceof SyntaxProblem)) throw error;
      this.output.err(`sh: syntax error: ${error.message}\n`);
      this.status = 2;
      return this.status;
    }
    for (const { commands, when } of pipelines) {
      if ((when === 'and' && this.status !== 0) || (when === 'or' && this.status === 0)) continue;
      this.status = await this.pipeline(commands);
      if (this.exited) break;
    }
    await this.pass(TYPING_MS);
    return this.status;
  }

  private text(word: Word): string {
    return word.map((part) => (typeof part === 'string' ? part : this.variable(part.variable))).join('');
  }

  private variable(name: string): string {
    if (name === '?') return String(this.status);
    return name === 'PWD' ? this.cwd : '';
  }

  private async pass(ms: number): Promise<void> {
    await this.sim.run(() => false, ms);
  }

  private async pipeline(commands: readonly SimpleCommand[]): Promise<number> {
    let stdin = new Uint8Array(0);
    let status = 0;
    for (const [i, command] of commands.entries()) {
      const last = i === commands.length - 1;
      const chunks: Uint8Array[] = [];
      // Only what is not redirected or piped on may be seen while the command still runs.
      const live = last && !command.redirections.some(({ kind }) => kind !== '<');
      status = await this.command(
        command,
        stdin,
        live ? this.output.out.bind(this.output) : chunks.push.bind(chunks),
      );
      stdin = joined(chunks);
    }
    return status;
  }

  private async command(
    { words: raw, redirections }: SimpleCommand,
    piped: Uint8Array,
    emit: (data: Uint8Array) => unknown,
  ): Promise<number> {
    let stdin = piped;
    let target: { path: string; append: boolean } | undefined;
    const words = raw.map((word) => this.text(word));
    for (const { kind, path: word } of redirections) {
      const path = this.text(word);
      if (kind === '<') {
        const data = await this.files.read(absolute(path, this.cwd));
        if (typeof data === 'number') return this.fail(`can't open ${path}: ${errorText(data)}`);
        stdin = data;
      } else {
        target = { path, append: kind === '>>' };
        const opened = this.open(target);
        if (opened < 0) return this.fail(`can't create ${path}: ${errorText(opened)}`);
      }
    }
    if (!target) return words.length === 0 ? 0 : this.call(words, stdin, emit);
    const chunks: Uint8Array[] = [];
    const status = words.length === 0 ? 0 : await this.call(words, stdin, (data) => chunks.push(data));
    const written = await this.redirect(target, chunks, words[0]);
    return status !== 0 ? status : written;
  }

  /** A redirection that cannot be opened keeps the command from running at all. */
  private open({ path, append }: { path: string; append: boolean }): number {
    const at = absolute(path, this.cwd);
    return append && this.files.isFile(at) ? 0 : this.files.truncate(at);
  }

  /** Each chunk is one write(2), as `echo` makes one. */
  private async redirect(
    { path }: { readonly path: string },
    chunks: readonly Uint8Array[],
    command: string,
  ): Promise<number> {
    const at = absolute(path, this.cwd);
    for (const chunk of chunks) {
      if (chunk.length === 0) continue;
      // Opening it has emptied it already.
      const result = await this.files.write(at, chunk, true);
      if (result < 0) {
        this.output.err(`sh: ${command}: write error: ${errorText(result)}\n`);
        return 1;
      }
    }
    return 0;
  }

  private async call(
    words: readonly string[],
    stdin: Uint8Array,
    emit: (data: Uint8Array) => unknown,
  ): Promise<number> {
    const [name, ...args] = words;
    if (name === 'exit') {
      this.exited = true;
      return args.length > 0 ? Number(args[0]) & 0xff : this.status;
    }
    const command = findCommand(name);
    if (!command) {
      this.output.err(`sh: ${name}: not found\n`);
      return 127;
    }
    const context: Context = {
      ...{ sim: this.sim, files: this.files, modules: this.modules, args, stdin, cwd: this.cwd },
      chdir: (path) => {
        this.cwd = path;
      },
      out: (data) => void emit(typeof data === 'string' ? utf8Encode(data) : data),
      err: (text) => this.output.err(text),
      pass: (ms) => this.pass(ms),
      run: (inner) => this.call(inner, stdin, emit),
    };
    return command(context);
  }

  private fail(text: string): number {
    this.output.err(`sh: ${text}\n`);
    return 1;
  }
}

function joined(chunks: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
