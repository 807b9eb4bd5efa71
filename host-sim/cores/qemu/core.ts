/**
 * A core that is an emulated machine: QEMU runs the image's machine code beside this process, in real time. Memory is a file
 * that both have, interrupts are bytes through the UART that is the board's doorbell.
 */
import type { Board, QemuData } from '../../../boards/board.js';
import { boards } from '../../../boards/index.js';
import { DOORBELL_NOTIFYIDS, DoorbellWord } from '../../../boards/mailbox/registers/doorbell-words.js';
import { da, daToPa } from '../../../runtime/abi/address.js';
import type { HostRequest } from '../../../runtime/abi/host-request.js';
import { notForQemu } from '../../errors.js';
import type { CoreParts } from '../../processor.js';
import type { RealTime, Source } from '../../soc/real-time.js';
import { type Core, type CoreStart, CrashType } from '../core.js';
import { QemuProcess } from './process.js';
import { RamFile } from './ram-file.js';
import { crashOf } from './status.js';
import { WallClock } from './wall-clock.js';

/** How an emulated core runs; nothing has to be given. */
export interface QemuCoreOptions {
  /** The core waits at its first instruction for a debugger at this TCP port of this machine, at each start. */
  readonly gdbPort?: number;
  /** Descriptor of an open file that is the machine's RAM; one of its own when left out. Whoever opened it closes it. */
  readonly ram?: number;
}

/** What one start of the core has to be remembered for. */
interface Life {
  readonly image: Uint8Array;
  /** Its receiver is on: what is sent before that may be lost. */
  listening: boolean;
  /** Bytes for the core that wait, each once: kicks come together. */
  readonly waiting: Set<number>;
  /** Who waits for the answers to Linux's requests, oldest first. */
  readonly asked: ((granted: boolean) => void)[];
}

/** For `SimulationOptions.core`: the board's own machine code, run by QEMU. Throws RP5064 for a board that it cannot play. */
export function qemuCore(options: QemuCoreOptions = {}): (parts: CoreParts) => Core {
  return (parts) => new QemuCore(parts, options);
}

export class QemuCore implements Core, Source {
  private readonly qemu: QemuData;
  private readonly ram: RamFile;
  private readonly time: RealTime;
  private process: QemuProcess | undefined;
  private life: Life | undefined;

  constructor(
    private readonly parts: CoreParts,
    private readonly options: QemuCoreOptions,
  ) {
    const { board, memory, scheduler } = parts;
    if (!board.qemu) throw notForQemu(board.name, emulated);
    this.qemu = board.qemu;
    const { base, len } = board.qemu.ram;
    this.ram = new RamFile(memory, daToPa(memory.ranges, da(base), 1)!, len, options.ram);
    memory.cache = this.ram;
    this.time = scheduler.follow(() => new WallClock());
  }

  async start({ bootAddr, image }: CoreStart): Promise<void> {
    if (this.process && !resets(this.parts.board)) this.end();
    // One that cannot be reset is of no use.
    await this.process?.reset().catch(() => this.end());
    this.process ??= await this.launch();
    const { process } = this;
    process.doorIn.clear();
    this.poll();
    if (this.qemu.rom) this.ram.setLastWord(Number(bootAddr));
    this.life = { image, listening: false, waiting: new Set(), asked: [] };
    this.time.sources.add(this);
    if (this.options.gdbPort === undefined) await process.qmp.execute('cont');
  }

  async stop(): Promise<void> {
    const { process } = this;
    this.poll();
    this.life = undefined;
    // One that does not even stop is of no use for another start either.
    await process?.qmp.execute('stop').catch(() => this.end());
    this.poll();
  }

  kick(notifyid: number): void {
    const { life } = this;
    if (!life) return;
    life.waiting.add(notifyid);
    this.sendWaiting(life);
  }

  request(request: HostRequest, answered: (granted: boolean) => void): void {
    const { life } = this;
    const word = requestWords[request];
    if (!life || word === undefined) return;
    life.asked.push(answered);
    life.waiting.add(word);
    this.sendWaiting(life);
  }

  fail(reason: string): void {
    if (!this.life) return;
    this.process?.qmp.send('stop');
    this.crash({ type: CrashType.fatal, reason, stack: [] });
  }

  /** Ends QEMU and gives the RAM back. */
  dispose(): void {
    this.life = undefined;
    this.time.sources.delete(this);
    this.end();
    this.ram.close();
  }

  /** Takes what the core has written to its two UARTs; what it rang before a start or after a stop concerns nobody. */
  poll(): void {
    const { process } = this;
    if (!process) return;
    for (const bytes of process.console.take()) this.parts.events.log(bytes);
    const rung = process.doorOut.take();
    if (rung.length > 0) this.time.wake();
    for (const bytes of rung) for (const byte of bytes) this.hear(byte);
    if (this.life) this.sendWaiting(this.life);
  }

  private hear(byte: number): void {
    const { life } = this;
    if (!life) return;
    if (byte < DOORBELL_NOTIFYIDS) this.parts.events.kicked(byte);
    else if (byte === DoorbellWord.granted || byte === DoorbellWord.refused) {
      life.asked.shift()?.(byte === DoorbellWord.granted);
    } else if (byte === DoorbellWord.listening) {
      life.listening = true;
      this.process!.nudge();
    } else if (byte === DoorbellWord.crashed) {
      this.crash(crashOf(this.parts.board, this.parts.memory, life.image));
    }
  }

  private sendWaiting({ listening, waiting }: Life): void {
    if (!listening || !this.process) return;
    for (const byte of waiting) {
      if (!this.process.doorIn.write(byte)) return;
      waiting.delete(byte);
    }
  }

  private crash(report: Parameters<CoreParts['events']['crashed']>[0]): void {
    this.life = undefined;
    this.parts.events.crashed(report);
  }

  private async launch(): Promise<QemuProcess> {
    const { writes } = this.qemu;
    const { descriptor } = this.ram;
    const at = writes && daToPa(this.parts.memory.ranges, da(writes.base), writes.len);
    const kept = new Uint8Array(writes?.len ?? 0);
    if (at !== undefined) this.ram.read(at, kept);
    const process = await this.startProcess(descriptor);
    if (at !== undefined) this.ram.write(at, kept);
    return process;
  }

  private startProcess(descriptor: number): Promise<QemuProcess> {
    return QemuProcess.start({
      qemu: this.qemu,
      ram: descriptor,
      gdbPort: this.options.gdbPort,
      onData: () => this.time.wake(),
      onEnd: (why) => {
        this.process = undefined;
        if (this.life) this.crash({ type: CrashType.fatal, reason: why, stack: [] });
        this.time.wake();
      },
    });
  }

  private end(): void {
    this.process?.end();
    this.process = undefined;
  }
}

/** Bytes that ask the core for something. */
const requestWords: { readonly [request in HostRequest]?: number } = {
  shutdown: DoorbellWord.shutdown,
  detach: DoorbellWord.detach,
  echo: DoorbellWord.echo,
  abort: DoorbellWord.abort,
};

const emulated = boards.filter(({ qemu }) => qemu).map(({ name }) => name);

/** A reset of QEMU 7.2's RISC-V leaves locked entries of the memory protection as they are: such a machine is started anew. */
function resets(board: Board): boolean {
  return board.qemu?.system !== 'riscv32';
}
