/**
 * The test API for firmware authors: boots an image in the simulator and speaks to it as a host driver. Nothing
 * sleeps: each call lets virtual time pass until what it waits for has happened. With an emulated core it is real time.
 */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type Board, boards, findBoard } from '../../boards/index.js';
import { bootFailed, coreCrashed, sendFailed, timedOut } from '../../host-sim/errors.js';
import {
  type ConsolePort,
  type CrashReport,
  clientSample,
  type FaultPlan,
  type KernelVersion,
  type LogLine,
  type ProcessorOptions,
  qemuCore,
  type Recorder,
  type RpmsgChannel,
  type RpmsgDriver,
  type RpmsgEndpoint,
  Simulation,
} from '../../host-sim/index.js';
import { utf8Decode, utf8Encode } from '../../runtime/abi/utf8.js';
import { boardNotNamed, fileMissing, unknownBoard } from '../errors.js';
import { inspectElf } from '../inspect/index.js';

/** How `boot` starts the image; everything has a default. */
export interface BootOptions {
  /** The board; by default the one the image was built for. */
  readonly board?: string | Board;
  /** 6.12 when left out. */
  readonly kernel?: KernelVersion;
  /** Seed of the firmware's Math.random, of faults and of the interleaving; 1 when left out. */
  readonly seed?: number;
  /** What goes wrong, in `simulation.faults` with what has; see docs/simulator/faults.md. */
  readonly faults?: FaultPlan;
  /** Linux and the core run beside each other, in an order that the seed decides. */
  readonly interleave?: boolean;
  /** Further host drivers; `sample: true` loads rpmsg_client_sample. */
  readonly drivers?: readonly RpmsgDriver[];
  /** Loads rpmsg_client_sample, which says "hello world!" a hundred times to every channel of its name. */
  readonly sample?: boolean;
  /** Linux starts a crashed core again, as it does on a board; false when left out: tests want to see the crash. */
  readonly recovery?: boolean;
  /** Told what happens, to write it down: `RpmsgCapture` and `TraceRecorder` of `rproc-sdk/sim`, or your own. */
  readonly recorders?: readonly Recorder[];
  /**
   * What executes the image: the simulated core, as when left out; the image's machine code in QEMU, in real time; or a core
   * of your own.
   */
  readonly core?: 'quickjs' | 'qemu' | ProcessorOptions['core'];
  /** Linux sees memory through a cache with lines of so many bytes that is not coherent; see `ProcessorOptions.cacheLine`. */
  readonly cacheLine?: number;
  /** Default limit of every wait, in virtual ms; 15000 when left out. */
  readonly limitMs?: number;
}

/** A message from the firmware; the bytes are the test's own copy. */
export interface Message {
  /** The payload. */
  readonly data: Uint8Array;
  /** Address of the endpoint that sent it. */
  readonly src: number;
  /** The payload as UTF-8 text. */
  text(): string;
}

/** Boots an ELF file (path, file URL or bytes). Throws ProblemError when it does not boot. */
export async function boot(
  elf: string | URL | Uint8Array,
  options: BootOptions = {},
): Promise<RemoteUnderTest> {
  const file = elf instanceof Uint8Array ? 'firmware.elf' : elf instanceof URL ? fileURLToPath(elf) : elf;
  const image =
    elf instanceof Uint8Array
      ? elf
      : new Uint8Array(
          await readFile(file).catch((error: Error) => {
            throw fileMissing(file, error.message);
          }),
        );
  const remote = new RemoteUnderTest(image, file, findTestBoard(image, file, options.board), options);
  await remote.start();
  return remote;
}

function findTestBoard(image: Uint8Array, file: string, wanted: string | Board | undefined): Board {
  if (typeof wanted === 'object') return wanted;
  const names = boards.map(({ name }) => name);
  const name = wanted ?? inspectElf(image, file).rproc?.board;
  if (name === undefined) throw boardNotNamed(file, names);
  const board = findBoard(name);
  if (!board) throw unknownBoard(name, names, undefined);
  return board;
}

/** A booted core, its firmware and the Linux beside it, as a test sees them. Made by `boot`. */
export class RemoteUnderTest {
  /** Everything else that can be seen and done: memory, driver core, virtio devices. */
  readonly simulation: Simulation;
  private readonly limitMs: number;
  /** Crashes that `crashed` has told. */
  private reported = 0;
  private readonly taken = new Map<RpmsgChannel, TestChannel>();

  constructor(
    image: Uint8Array,
    private readonly file: string,
    board: Board,
    options: BootOptions,
  ) {
    const { kernel, seed, recovery = false, recorders, limitMs = 15000 } = options;
    this.limitMs = limitMs;
    const { faults, interleave, cacheLine } = options;
    const core = options.core === 'qemu' ? qemuCore() : options.core;
    this.simulation = new Simulation({
      ...{ board, kernel, seed, recovery, recorders, faults, interleave, cacheLine },
      core: core === 'quickjs' ? undefined : core,
    });
    for (const driver of options.drivers ?? []) this.simulation.registerDriver(driver);
    if (options.sample) this.simulation.registerDriver(clientSample(this.simulation.kernel.log, () => {}));
    this.simulation.setFirmware(file.split(/[\\/]/).at(-1)!, image);
  }

  /** Boots the core again after `stop`; `boot` has done it the first time. */
  async start(): Promise<void> {
    const errno = await this.simulation.start();
    if (errno === 0) return;
    const lines = this.simulation.kernel.log.lines.filter(({ level }) => level === 'err');
    throw bootFailed(
      this.file,
      errno,
      lines.map(({ text }) => text),
    );
  }

  /** The firmware's channel of that name, as soon as it is announced. */
  async channel(name: string, limitMs = this.limitMs): Promise<TestChannel> {
    const find = () => this.simulation.channels.find((channel) => channel.name === name);
    await this.waitFor(() => find() !== undefined, limitMs, `channel "${name}"`);
    const channel = find()!;
    let mine = this.taken.get(channel);
    if (!mine) {
      mine = new TestChannel(this, channel);
      this.taken.set(channel, mine);
    }
    return mine;
  }

  /** The console or serial port of that name (`hvc0`, `vport0p0`), as soon as its driver has made it. */
  async port(name: string, limitMs = this.limitMs): Promise<ConsolePort> {
    const find = () => this.simulation.ports.find((port) => port.name === name);
    await this.waitFor(() => find() !== undefined, limitMs, `port "${name}"`);
    return find()!;
  }

  /**
   * Lets virtual time pass until `done()` holds. Throws ProblemError when the firmware crashes first (with its
   * stack) or when `limitMs` virtual ms have passed.
   */
  async waitFor(done: () => boolean, limitMs = this.limitMs, what = 'the condition'): Promise<void> {
    await this.simulation.run(() => done() || this.down, limitMs);
    if (done()) return;
    const { crash } = this;
    throw crash ? coreCrashed(crash) : timedOut(what, limitMs, this.simulation.scheduler.isReal);
  }

  /** Lets `ms` virtual milliseconds pass. */
  async pass(ms: number): Promise<void> {
    const until = this.simulation.scheduler.now + ms;
    await this.simulation.run(() => this.down || this.simulation.scheduler.now >= until, ms);
  }

  /** Waits for the firmware to crash and says why. */
  async crashed(limitMs = this.limitMs): Promise<CrashReport> {
    const { rproc } = this.simulation;
    const [processor] = this.simulation.processors;
    const before = this.reported;
    const count = () => rproc.crashCount + processor.unheard;
    await this.waitFor(() => count() > before, limitMs, 'a crash');
    this.reported = count();
    return rproc.crashReports.at(-1)!;
  }

  /** The core stopped and nobody will start it again. */
  private get down(): boolean {
    const { rproc, processors } = this.simulation;
    return (rproc.state === 'crashed' && rproc.recoveryDisabled) || processors[0].crashedUnheard;
  }

  /** Text of trace buffer `index`, as `trace0` shows it. */
  trace(index = 0): string {
    return this.simulation.trace(index);
  }

  /** The kernel log so far. */
  get log(): readonly LogLine[] {
    return this.simulation.kernel.log.lines;
  }

  /** Why the firmware crashed, if it did. */
  get crash(): CrashReport | undefined {
    return this.simulation.crash;
  }

  /** Stops the core as `echo stop > state` does. Returns 0 or a negative errno. */
  async stop(): Promise<number> {
    this.taken.clear();
    return this.simulation.stop();
  }

  /** Ends an emulator that `core` has started; one that a test forgets ends with the process. */
  dispose(): void {
    this.simulation.dispose();
  }
}

/** A channel of the firmware with the test as its host driver. */
export class TestChannel {
  /** Address of the test's endpoint on the host. */
  readonly src: number;
  /** The firmware's address. */
  readonly dst: number;
  readonly name: string;
  private readonly endpoint: RpmsgEndpoint;
  private readonly inbox: Message[] = [];

  constructor(
    private readonly remote: RemoteUnderTest,
    channel: RpmsgChannel,
  ) {
    this.endpoint = channel.createEpt((data, src) => {
      const copy = data.slice();
      this.inbox.push({ data: copy, src, text: () => utf8Decode(copy) });
    })!;
    this.src = this.endpoint.addr;
    this.dst = channel.dst;
    this.name = channel.name;
  }

  /** Sends to the firmware; waits up to 15 virtual s for a free buffer. Throws ProblemError with the errno. */
  async send(data: Uint8Array | string): Promise<void> {
    this.sendNow(data);
  }

  /** As `send`, without a promise: for many messages in a row. */
  sendNow(data: Uint8Array | string): void {
    const errno = this.endpoint.sendto(typeof data === 'string' ? utf8Encode(data) : data, this.dst);
    if (errno < 0) throw sendFailed(errno, this.remote.log.at(-1)?.text ?? '');
  }

  /** The next message from the firmware. */
  async receive(limitMs?: number): Promise<Message> {
    await this.remote.waitFor(() => this.inbox.length > 0, limitMs, `a message on "${this.name}"`);
    return this.inbox.shift()!;
  }

  /** Messages that arrived and were not received yet. */
  get pending(): number {
    return this.inbox.length;
  }
}
