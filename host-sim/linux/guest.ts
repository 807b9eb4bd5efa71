/** A guest of QEMU in which a real kernel runs, beside a memory file that stands for its remote processor's memory. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MEMORY_FILE_SIZE } from '../../boards/ivshmem.js';
import { guestEnded, guestSilent } from '../errors.js';
import { type CpioFile, cpio } from './cpio.js';
import type { BuiltKernel } from './kernels.js';

/** RAM of the guest; it has to end below the device addresses of all boards. */
const RAM_MIB = 128;

export interface GuestOptions {
  readonly kernel: BuiltKernel;
  /** Modules that are loaded before anything is asked for, of `rpmsg_client_sample`, `rpmsg_ctrl`, `rpmsg_char`, `rpmsg_tty`. */
  readonly modules: readonly string[];
  /** Files for /lib/firmware. */
  readonly firmware: { readonly [name: string]: Uint8Array };
  /** Device address of the memory file's first byte. */
  readonly daBase: number;
  /** The processor is registered as running already. */
  readonly attach?: boolean;
  /** The kernel says its `dev_dbg` lines of remoteproc and rpmsg as well. */
  readonly debug?: boolean;
  /** The console is a shell: of this process' terminal. */
  readonly shell?: boolean;
  /** Lines of the console, without the carriage return. */
  readonly onConsole?: (line: string) => void;
  /** Limit of every answer, ms; 20000 when left out. */
  readonly limitMs?: number;
}

export interface Answer {
  readonly status: number;
  readonly data: Buffer;
}

export class LinuxGuest {
  /** The memory file, there from the beginning. */
  readonly memoryFile: string;
  /** Lines of the console so far. */
  readonly console: string[] = [];
  private readonly folder: string;
  private readonly limitMs: number;
  private qemu: ChildProcess | undefined;
  private server: Server | undefined;
  private line: Socket | undefined;
  private readonly input = new Bytes();
  private ended: Error | undefined;
  private readonly exit: Promise<void>;
  private exited: () => void = () => {};
  /** Answers come in the order of the commands. */
  private queue: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: GuestOptions) {
    this.limitMs = options.limitMs ?? 20000;
    // tmpfs: a file on a disk would be written back all the time.
    this.folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'rproc-guest-'));
    this.memoryFile = join(this.folder, 'memory');
    writeFileSync(this.memoryFile, '');
    truncateSync(this.memoryFile, MEMORY_FILE_SIZE);
    this.exit = new Promise((resolve) => {
      this.exited = resolve;
    });
  }

  /** Starts QEMU and waits until the guest takes commands. Throws ProblemError when it does not. */
  async boot(): Promise<void> {
    const { kernel, modules, firmware, daBase, attach, debug, shell } = this.options;
    const initramfs = join(this.folder, 'initramfs');
    const files: CpioFile[] = Object.entries(firmware).map(([name, data]) => ({
      path: `lib/firmware/${name}`,
      data,
    }));
    writeFileSync(initramfs, Buffer.concat([readFileSync(kernel.initramfs), cpio(files)]));
    const socket = join(this.folder, 'commands');
    const connected = this.listen(socket);
    const append = [
      'console=ttyS0 quiet reboot=t panic=-1 no_timer_check random.trust_cpu=on tsc=reliable',
      `rproc.modules=${modules.join(',')} rproc_ivshmem.da_base=${daBase}`,
      ...(attach ? ['rproc_ivshmem.attach=1'] : []),
      ...(debug ? ['rproc.debug=1'] : []),
      ...(shell ? ['rproc.shell=1'] : []),
    ].join(' ');
    const args = [
      ...['-nodefaults', '-no-user-config', '-no-reboot', '-display', 'none', '-machine', 'pc,accel=tcg'],
      ...['-cpu', 'max', '-m', `${RAM_MIB}`],
      ...['-kernel', kernel.image, '-initrd', initramfs, '-append', append],
      ...[
        '-object',
        `memory-backend-file,id=shm,share=on,mem-path=${this.memoryFile},size=${MEMORY_FILE_SIZE}`,
      ],
      ...['-device', 'ivshmem-plain,memdev=shm,addr=4'],
      ...['-serial', shell ? 'mon:stdio' : 'stdio'],
      ...['-chardev', `socket,id=commands,path=${socket}`, '-serial', 'chardev:commands'],
    ];
    const qemu = spawn('qemu-system-x86_64', args, {
      stdio: shell ? ['inherit', 'inherit', 'pipe'] : ['ignore', 'pipe', 'pipe'],
    });
    this.qemu = qemu;
    let errors = '';
    qemu.stderr?.on('data', (data: Buffer) => {
      errors += data;
    });
    const lines = new Lines((text) => {
      this.console.push(text);
      this.options.onConsole?.(text);
    });
    qemu.stdout?.on('data', (data: Buffer) => lines.take(data));
    const end = (reason: string) => {
      this.ended ??= guestEnded(reason, this.console.slice(-5));
      this.input.fail(this.ended);
      this.exited();
    };
    qemu.on('error', (error) => end(error.message));
    qemu.on('exit', (code, signal) =>
      end(errors.trim() || `qemu-system-x86_64 ended with ${signal ?? code}`),
    );
    process.on('exit', this.kill);
    await this.within(Promise.race([connected, this.exit]), 'QEMU to start');
    if (this.ended) throw this.ended;
    const ready = await this.within(this.input.line(), 'the guest to boot');
    if (ready !== 'ready') throw guestEnded(`it said "${ready}"`, this.console.slice(-5));
  }

  /** What the agent in the guest answers to a line; see test/linux/guest/agent.c. */
  ask(command: string, limitMs: number = this.limitMs): Promise<Answer> {
    const answer = this.queue.then(async () => {
      if (this.ended) throw this.ended;
      this.line?.write(`${command}\n`);
      const [status, length] = (await this.within(this.input.line(), command, limitMs))
        .split(' ')
        .map(Number);
      return { status, data: await this.within(this.input.take(length), command, limitMs) };
    });
    this.queue = answer.catch(() => {});
    return answer;
  }

  /** A command of the guest's shell. */
  async sh(command: string, limitMs?: number): Promise<{ status: number; output: string }> {
    const { status, data } = await this.ask(`sh ${command}`, limitMs);
    return { status, output: data.toString('utf8') };
  }

  /** Text of a file in the guest; empty where there is none. */
  async read(path: string): Promise<string> {
    return (await this.sh(`cat ${path} 2>/dev/null`)).output;
  }

  /** Resolves when the guest has ended by itself. */
  get over(): Promise<void> {
    return this.exit;
  }

  /** Ends the guest and takes its files away; it has nothing that would have to be saved. */
  async close(): Promise<void> {
    process.off('exit', this.kill);
    const running = this.qemu !== undefined && this.qemu.exitCode === null && this.qemu.signalCode === null;
    if (running && !this.ended) {
      this.qemu?.kill('SIGKILL');
      await this.exit;
    }
    this.line?.destroy();
    this.server?.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private readonly kill = (): void => {
    this.qemu?.kill('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  };

  private listen(path: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.server = createServer((socket) => {
        this.line = socket;
        socket.on('data', (data) => this.input.give(data as Buffer)).on('error', () => {});
        resolve();
      });
      this.server.on('error', reject).listen(path);
    });
  }

  private async within<T>(work: Promise<T>, what: string, ms: number = this.limitMs): Promise<T> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(guestSilent(what, ms, this.console.slice(-5))), ms);
    });
    try {
      return await Promise.race([work, late]);
    } finally {
      clearTimeout(timer);
    }
  }
}

/** Splits what arrives into lines. */
class Lines {
  private rest = '';

  constructor(private readonly line: (text: string) => void) {}

  take(data: Buffer): void {
    const lines = (this.rest + data.toString('latin1')).split('\n');
    this.rest = lines.pop() ?? '';
    for (const line of lines) this.line(line.replace(/\r+$/, ''));
  }
}

/** A stream that is waited for by lines and by counts. */
class Bytes {
  private held = Buffer.alloc(0);
  private wake: () => void = () => {};
  private failure: Error | undefined;

  give(data: Buffer): void {
    this.held = Buffer.concat([this.held, data]);
    this.wake();
  }

  fail(error: Error): void {
    this.failure = error;
    this.wake();
  }

  async line(): Promise<string> {
    for (;;) {
      const end = this.held.indexOf(10);
      if (end >= 0) {
        const text = this.held.subarray(0, end).toString('utf8');
        this.held = this.held.subarray(end + 1);
        return text;
      }
      await this.more();
    }
  }

  async take(count: number): Promise<Buffer> {
    while (this.held.length < count) await this.more();
    const data = this.held.subarray(0, count);
    this.held = this.held.subarray(count);
    return data;
  }

  private more(): Promise<void> {
    if (this.failure) return Promise.reject(this.failure);
    return new Promise((resolve, reject) => {
      this.wake = () => (this.failure ? reject(this.failure) : resolve());
    });
  }
}
