/** A mailbox model, the remote's driver over its registers, and everything that passes between them. */
import type { MailboxData } from '../../boards/board.js';
import { type Board, findBoard } from '../../boards/index.js';
import { type MailboxBoard, mailboxDriver } from '../../boards/mailbox/index.js';
import { CmsdkUartModel } from '../../host-sim/soc/mailbox/cmsdk-uart.js';
import { mailboxModel } from '../../host-sim/soc/mailbox/index.js';
import type { MailboxModel, MailboxWires } from '../../host-sim/soc/mailbox/mailbox.js';
import { Ns16550UartModel } from '../../host-sim/soc/mailbox/ns16550-uart.js';
import {
  k3MailboxModel,
  OmapMailboxModel,
  type OmapMailboxModelConfig,
} from '../../host-sim/soc/mailbox/omap-mailbox.js';
import { InterruptLine, readRegister, writeRegister } from '../../host-sim/soc/mailbox/peripheral.js';
import { Pl011UartModel } from '../../host-sim/soc/mailbox/pl011-uart.js';
import { Scheduler } from '../../host-sim/soc/scheduler.js';
import { type Da, hex } from '../../runtime/abi/address.js';
import type { Mailbox, Registers } from '../../runtime/hal/mailbox.js';

/** Where the remote sees the registers of boards that do not say. */
const SOMEWHERE = 0x50000000;
const WINDOW = 0x1000;

/** The board with what is unknown about its mailbox filled in with what the model has. */
export function knownMailbox(board: Board, layout?: string): Required<MailboxBoard> {
  const { name, mailbox } = board;
  if (!mailbox) throw new Error(`${name} has no mailbox`);
  const channels = { remoteUser: 0, hostUser: 2, ...mailbox.channels };
  const remoteBase = mailbox.remoteBase ?? SOMEWHERE;
  return { name, mailbox: { ...mailbox, remoteBase, channels, layout: layout ?? mailbox.layout } };
}

export interface KnownMailbox {
  readonly name: string;
  readonly board: Required<MailboxBoard>;
  readonly make: (wires: MailboxWires) => MailboxModel;
}

const SLOW = { transmitMs: 0.5 } as const;

/** One for each kind of mailbox, and for each way in which a kind may differ. Some are slower than real ones, to be busy. */
export const mailboxes: readonly KnownMailbox[] = [
  known('STM32 IPCC', 'stm32mp157-dk-m4'),
  known('i.MX MU, imx6sx', 'imx7d-m4'),
  known('i.MX MU, imx7ulp', 'imx7d-m4', 'imx7ulp'),
  known('i.MX MU, v2', 'imx93-m33'),
  { ...known('K3 mailbox, level events', 'am62x-m4f'), make: k3({ depth: 1, events: 'level' }) },
  { ...known('K3 mailbox, edge events', 'am62x-m4f'), make: k3({ depth: 1, events: 'edge' }) },
  known('ZynqMP IPI', 'zynqmp-r5'),
  uart('CMSDK UART', 'cmsdk-uart', (wires) => new CmsdkUartModel(wires, SLOW)),
  uart('PL011 UART', 'pl011-uart', (wires) => new Pl011UartModel(wires, SLOW)),
  uart('16550 UART', 'ns16550-uart', (wires) => new Ns16550UartModel(wires, SLOW)),
];

/** The mailbox of that name in `mailboxes`. */
export function boardOf(name: string): Required<MailboxBoard> {
  return mailboxes.find((one) => one.name === name)!.board;
}

function known(name: string, boardName: string, layout?: string): KnownMailbox {
  const board = knownMailbox(findBoard(boardName)!, layout);
  return { name, board, make: (wires) => mailboxModel(board, wires) };
}

/** A UART as the doorbell of a board that is otherwise the first QEMU machine. */
function uart(name: string, type: MailboxData['type'], make: KnownMailbox['make']): KnownMailbox {
  const board = knownMailbox(findBoard('qemu-mps2-an386')!);
  return { name, board: { ...board, mailbox: { ...board.mailbox, type } }, make };
}

/** A K3 mailbox that differs from the usual one. */
export function k3(change: Partial<OmapMailboxModelConfig>): (wires: MailboxWires) => OmapMailboxModel {
  return (wires) => new OmapMailboxModel(wires, { ...k3MailboxModel, ...change });
}

/** Registers at the board's remote base; anything else is a mistake of the driver. */
export function registersOf(model: MailboxModel, board: Required<MailboxBoard>): Registers {
  const offset = (at: Da): number => {
    const from = at - board.mailbox.remoteBase!;
    if (!(from >= 0 && from < WINDOW)) throw new Error(`no register at ${hex(at)}`);
    return from;
  };
  return {
    read8: (at) => readRegister(model.remote, offset(at), 1),
    read32: (at) => readRegister(model.remote, offset(at), 4),
    write8: (at, value) => {
      if (!(value >= 0 && value <= 0xff)) throw new Error(`${value} is no byte`);
      writeRegister(model.remote, offset(at), 1, value);
    },
    write32: (at, value) => {
      if (!(value >= 0 && value <= 0xffffffff)) throw new Error(`${value} is no unsigned word`);
      writeRegister(model.remote, offset(at), 4, value);
    },
  };
}

export interface MailboxBench<M extends MailboxModel = MailboxModel> {
  readonly scheduler: Scheduler;
  readonly model: M;
  readonly driver: Mailbox;
  readonly line: InterruptLine;
  /** What the driver handed on, and what Linux was told: `remote 1`, `host all`, `host word ffffff04` ... */
  readonly log: string[];
  readonly warnings: string[];
  listening: boolean;
  /** Runs what is ready; what was logged since the last time. */
  readonly settle: () => string[];
}

/** A driver that was not enabled yet. `make` builds the model where that of the board's data is not wanted. */
export function mailboxBench<M extends MailboxModel = MailboxModel>(
  board: Required<MailboxBoard>,
  make: (wires: MailboxWires) => M = (wires) => mailboxModel(board, wires) as M,
): MailboxBench<M> {
  const scheduler = new Scheduler();
  const log: string[] = [];
  const warnings: string[] = [];
  const line: InterruptLine = new InterruptLine(
    (task) => scheduler.post(task),
    () => {
      if (line.served > 10_000) throw new Error('the interrupt never goes away');
      // A core that does not listen yet leaves the line as it is.
      if (!bench.listening) return true;
      driver.interrupt();
      return false;
    },
  );
  const model = make({
    scheduler,
    remoteInterrupt: (high) => line.set(high),
    kicked: (notifyid) => log.push(`host ${notifyid}`),
    word: (word) => log.push(`host word ${word.toString(16)}`),
    warn: (text) => warnings.push(text),
  });
  const driver = mailboxDriver(board, registersOf(model, board));
  const settle = (): string[] => {
    while (scheduler.step(scheduler.now));
    return log.splice(0);
  };
  const bench = { scheduler, model, driver, line, log, warnings, settle, listening: false };
  return bench;
}

/** Listens; what comes goes into the bench's log. */
export function listen(bench: MailboxBench): void {
  const { driver, log, line } = bench;
  bench.listening = true;
  driver.enable({
    kicked: (notifyid) => log.push(`remote ${notifyid}`),
    requested: (request) => log.push(`remote ${request}`),
  });
  line.done();
}
