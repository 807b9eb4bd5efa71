/**
 * A QEMU machine whose instructions are counted: one takes one nanosecond (`-icount shift=0`), and while it is asked to, QEMU
 * writes down the address of each.
 */
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Board } from '../../../boards/board.js';

/** "Trace CPU: HOST [CS_BASE/PC/FLAGS/CFLAGS] SYMBOL", cpu_tb_exec() of QEMU 7.2. */
const TRACE = /^Trace .*?\[[0-9a-f]+\/([0-9a-f]+)\//gm;
/** What its monitor writes when it has done what it was told. */
const PROMPT = '(qemu) ';

export class CountedMachine {
  /** The board that it is to be booted as. */
  readonly board: Board;
  private readonly folder = mkdtempSync(join(tmpdir(), 'rproc-counted-'));
  private monitor: Socket | undefined;
  /** Characters of the log that have been read; QEMU appends to it. */
  private read = 0;

  constructor(board: Board) {
    const { qemu } = board;
    const monitor = `socket,id=counted,path=${this.path('monitor')},server=on,wait=off`;
    const args = [
      '-icount',
      'shift=0',
      '-D',
      this.path('log'),
      '-chardev',
      monitor,
      '-mon',
      'chardev=counted',
    ];
    this.board = { ...board, qemu: { ...qemu!, args: [...(qemu!.args ?? []), ...args] } };
  }

  /** Addresses of the instructions that run while `during` does, in their order. */
  async instructions(during: () => Promise<void>): Promise<number[]> {
    await this.tell('singlestep on');
    await this.tell('log exec,nochain');
    try {
      await during();
    } finally {
      await this.tell('log none');
      await this.tell('singlestep off');
    }
    const text = readFileSync(this.path('log'), 'utf8').slice(this.read);
    this.read += text.length;
    return [...text.matchAll(TRACE)].map(([, pc]) => Number.parseInt(pc, 16));
  }

  dispose(): void {
    this.monitor?.destroy();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private path(name: string): string {
    return join(this.folder, name);
  }

  private async tell(command: string): Promise<void> {
    if (!this.monitor) {
      this.monitor = connect(this.path('monitor')).setEncoding('utf8');
      await this.prompt(this.monitor);
    }
    const answered = this.prompt(this.monitor);
    this.monitor.write(`${command}\n`);
    await answered;
  }

  private async prompt(monitor: Socket): Promise<void> {
    let text = '';
    while (!text.endsWith(PROMPT)) text += String((await once(monitor, 'data'))[0]);
  }
}
