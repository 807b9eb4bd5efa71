/** A running QEMU: started, reset, held still, ended. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import type { QemuData } from '../../../boards/board.js';
import { noFifos, qemuEnded, qemuMissing } from '../../errors.js';
import { files, machineArguments, QMP_FD } from './arguments.js';
import { FifoReader, FifoWriter } from './fifo.js';
import { privateFolder } from './folder.js';
import { atExit, boundToUs, findOnPath } from './lifetime.js';
import { QmpClient } from './qmp.js';

/** Of what QEMU writes to its stderr, bytes that are kept: the last ones say why it ended. */
const KEPT_TEXT = 4096;

export interface QemuOptions {
  readonly qemu: QemuData;
  /** Descriptor of the RAM. */
  readonly ram: number;
  readonly gdbPort?: number;
  /** Something has come through a pipe. */
  readonly onData: () => void;
  /** The process has ended, for whatever reason but `end`. */
  readonly onEnd: (why: string) => void;
}

export class QemuProcess {
  /** Bytes from the core. */
  readonly doorOut: FifoReader;
  /** Bytes to the core. */
  readonly doorIn: FifoWriter;
  readonly console: FifoReader;
  readonly qmp: QmpClient;
  private readonly child: ChildProcess;
  private readonly folder = privateFolder();
  private readonly leave: () => void;
  private text = '';
  private over = false;

  /** Starts QEMU, and resolves when its machine is there and stands still. Rejects with ProblemError where that fails. */
  static async start(options: QemuOptions): Promise<QemuProcess> {
    const running = new QemuProcess(options);
    try {
      await running.qmp.execute('qmp_capabilities');
    } catch (error) {
      running.end();
      throw error;
    }
    // QEMU has opened everything by now.
    running.removeFolder();
    return running;
  }

  private constructor({ qemu, ram, gdbPort, onData, onEnd }: QemuOptions) {
    const { folder } = this;
    this.leave = atExit(() => this.end());
    try {
      const command = findOnPath(`qemu-system-${qemu.system}`);
      if (!command) throw qemuMissing(qemu.system);
      makeFifos(folder);
      this.doorOut = new FifoReader(join(folder, files.doorOut), onData);
      this.doorIn = new FifoWriter(join(folder, files.doorIn));
      this.console = new FifoReader(join(folder, files.console), onData);
      if (qemu.rom) writeFileSync(join(folder, files.rom), Uint8Array.from(qemu.rom));
      const [first, args] = boundToUs(command, machineArguments(qemu, folder, gdbPort));
      this.child = spawn(first, args, {
        // A session of its own: Ctrl-C is for us.
        detached: true,
        stdio: ['ignore', 'ignore', 'pipe', ram, 'pipe'],
      });
    } catch (error) {
      this.close();
      throw error;
    }
    this.qmp = new QmpClient(this.child.stdio[QMP_FD] as Duplex);
    this.child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.text = (this.text + text).slice(-KEPT_TEXT);
    });
    this.child.on('error', (error) => {
      this.text += error.message;
    });
    // Everything that it wrote has been read when it closes.
    this.child.on('close', (code, signal) => {
      if (this.over) return;
      const why = signal ?? `status ${code}`;
      this.over = true;
      this.qmp.end(qemuEnded(qemu.system, why, this.text.trim()));
      this.close();
      onEnd(`QEMU ended with ${why}${this.text === '' ? '' : `: ${this.text.trim()}`}`);
    });
    this.child.unref();
    for (const stream of this.child.stdio) if (stream instanceof Socket) stream.unref();
  }

  /** Makes the machine as it is after power-up, standing still; RAM stays. */
  async reset(): Promise<void> {
    const done = this.qmp.event('RESET');
    await this.qmp.execute('system_reset');
    await done;
  }

  /**
   * Has QEMU look at its doorbell again. A receiver that was just turned on is not noticed before something wakes QEMU's
   * main loop (io_watch_poll_prepare() in chardev/char-io.c): bytes would stay in the pipe.
   */
  nudge(): void {
    this.qmp.send('query-status');
  }

  /** Ends the process at once; nothing of it is left. */
  end(): void {
    if (this.over) return;
    this.over = true;
    // By its own id: a group or a name might be somebody else's.
    this.child?.kill('SIGKILL');
    this.qmp?.end(new Error('QEMU was ended'));
    this.close();
  }

  private close(): void {
    this.over = true;
    this.doorOut?.close();
    this.doorIn?.close();
    this.console?.close();
    this.removeFolder();
    this.leave();
  }

  private removeFolder(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function makeFifos(folder: string): void {
  const paths = [files.doorIn, files.doorOut, files.console].map((name) => join(folder, name));
  const { status, stderr, error } = spawnSync('mkfifo', ['-m', '600', ...paths], { encoding: 'utf8' });
  if (status !== 0) throw noFifos(folder, error?.message ?? stderr.trim());
}
