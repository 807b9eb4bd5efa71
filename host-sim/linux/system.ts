/** A real kernel and a core of ours: the guest with the memory file, and the remote beside it. */
import type { Board } from '../../boards/board.js';
import type { CrashReport } from '../cores/core.js';
import { type ShmCoreName, shmCore } from '../shm/cores.js';
import { follow } from '../shm/follow.js';
import { loadIntoFile } from '../shm/loader.js';
import { fileBase, MemoryFile } from '../shm/memory-file.js';
import { ShmRemote } from '../shm/remote.js';
import { LinuxGuest } from './guest.js';
import type { BuiltKernel } from './kernels.js';

/** Module of each host driver that `--driver` names. */
const modulesOf: { readonly [driver: string]: readonly string[] } = {
  'client-sample': ['rpmsg_client_sample'],
  tty: ['rpmsg_tty'],
  raw: ['rpmsg_char', 'rpmsg_ctrl'],
};

export interface RealSystemOptions {
  readonly kernel: BuiltKernel;
  readonly board: Board;
  readonly image: Uint8Array;
  /** Its name in /lib/firmware. */
  readonly name: string;
  /** Host drivers by the names of `--driver`. */
  readonly drivers: readonly string[];
  readonly seed: number;
  /** What executes the image; the engine in this process when left out. `none`: nobody is there. */
  readonly core?: ShmCoreName | 'none';
  /** Where an emulated core waits for a debugger, at each start. */
  readonly gdbPort?: number;
  /** Milliseconds of any clock that only goes forward. */
  readonly clock: () => number;
  readonly debug?: boolean;
  /** A boot loader starts the image before Linux is there, which then attaches. */
  readonly byLoader?: boolean;
  readonly shell?: boolean;
  /** Linux starts a crashed core again; the driver's way when left out. */
  readonly recovery?: boolean;
  /** Lines of the kernel log, without the time. */
  readonly onLog?: (text: string) => void;
  readonly onFirmwareLog?: (bytes: Uint8Array) => void;
}

/** Where the processor's files are in the guest. */
const SYSFS = '/sys/class/remoteproc/remoteproc0';
export const DEBUGFS = '/sys/kernel/debug/remoteproc/remoteproc0';

export class RealSystem {
  readonly guest: LinuxGuest;
  /** Lines of the kernel log, without the time. */
  readonly log: string[] = [];
  /** Why the core crashed, each time. */
  readonly crashes: CrashReport[] = [];
  private core: ShmRemote | undefined;
  private file: MemoryFile | undefined;
  private life: Promise<void> = Promise.resolve();
  private failure: unknown;
  private ended = false;

  constructor(private readonly options: RealSystemOptions) {
    const { kernel, board, image, name, drivers, debug, shell, byLoader, onLog } = options;
    this.guest = new LinuxGuest({
      ...{ kernel, debug, shell, daBase: fileBase(board), attach: byLoader },
      modules: drivers.flatMap((driver) => modulesOf[driver] ?? []),
      firmware: { [name]: image },
      onConsole: (line) => {
        const text = /^\[ *\d+\.\d+\] (.*)$/.exec(line)?.[1];
        if (text === undefined) return;
        this.log.push(text);
        onLog?.(text);
      },
    });
  }

  /** The core beside the guest; only after `boot`, and where there is one. */
  get remote(): ShmRemote {
    return this.core!;
  }

  /** Boots the guest and attaches the core; the processor stays off. */
  async boot(): Promise<void> {
    const { core = 'quickjs', byLoader, recovery } = this.options;
    if (byLoader && core !== 'none') await this.load(this.attach(core));
    await this.guest.boot();
    if (!byLoader && core !== 'none') this.attach(core);
    // What runs already was not loaded by Linux.
    if (!byLoader) await this.setFirmware();
    if (recovery === false) await this.write(`${DEBUGFS}/recovery`, 'disabled');
  }

  /** What a boot loader does. */
  private async load(core: ShmRemote): Promise<void> {
    const { bootAddr, table } = loadIntoFile(this.options.image, this.options.board, this.file!);
    await core.startByLoader(bootAddr, table);
  }

  private attach(name: ShmCoreName): ShmRemote {
    const { board, image, seed, clock, gdbPort, onFirmwareLog } = this.options;
    const file = new MemoryFile(this.guest.memoryFile);
    this.file = file;
    const core = shmCore(name, { board, file, seed, clock, gdbPort });
    const onCrash = (report: CrashReport) => void this.crashes.push(report);
    const remote = new ShmRemote({ file, image, clock, core, onFirmwareLog, onCrash });
    this.core = remote;
    this.life = follow(remote, clock, () => this.ended).catch((error) => {
      this.failure = error;
    });
    return remote;
  }

  /** One line into a file of the guest: 0 or a negative errno. */
  async write(path: string, text: string): Promise<number> {
    return (await this.guest.ask(`write ${path} ${text}`)).status;
  }

  /** `echo NAME > firmware`: only while the processor is offline. */
  setFirmware(): Promise<number> {
    return this.write(`${SYSFS}/firmware`, this.options.name);
  }

  /** `echo start > state` */
  start(): Promise<number> {
    return this.write(`${SYSFS}/state`, 'start');
  }

  /** `echo stop > state` */
  stop(): Promise<number> {
    return this.write(`${SYSFS}/state`, 'stop');
  }

  /** `cat state` */
  async state(): Promise<string> {
    return (await this.guest.read(`${SYSFS}/state`)).trim();
  }

  /** Text of trace file `index`. */
  trace(index = 0): Promise<string> {
    return this.guest.read(`${DEBUGFS}/trace${index}`);
  }

  /** Channels that the firmware announced, in the order of their devices' names. */
  async channels(): Promise<{ device: string; name: string; src: number; dst: number }[]> {
    const command =
      'cd /sys/bus/rpmsg/devices && for d in *; do [ -e $d/dst ] && echo $d $(cat $d/name $d/src $d/dst); done';
    const lines = (await this.guest.sh(command)).output.split('\n').filter((line) => line !== '');
    const all = lines.map((line) => {
      const [device, name, src, dst] = line.split(' ');
      return { device, name, src: Number(src), dst: Number(dst) };
    });
    return all.filter(({ name }) => name !== 'rpmsg_ctrl' && name !== 'rpmsg_ns');
  }

  /** Waits until `done()` holds; false when it does not within `ms`. Throws what the core's side threw. */
  async waitFor(done: () => boolean | Promise<boolean>, ms: number): Promise<boolean> {
    const { clock } = this.options;
    const end = clock() + ms;
    for (;;) {
      if (this.failure) throw this.failure;
      if (await done()) return true;
      if (clock() >= end) return false;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  /** Ends the core and the guest. */
  async close(): Promise<void> {
    this.ended = true;
    await this.life;
    await this.core?.stop();
    this.file?.close();
    await this.guest.close();
  }
}
