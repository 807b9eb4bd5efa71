import { defineBoard } from '../define-board.js';
import { DoorbellWord } from '../mailbox/registers/doorbell-words.js';
import { qemuBoard } from './qemu-machine.js';

const RAM = 0x80000000;
/** Slot of the serial card on the PCI bus. */
const SLOT = 1;
/** Configuration space of the slot, function 0. */
const CONFIG = 0x30000000 + SLOT * 0x8000;
/** Where the window to PCI's I/O ports is, and the port at which the card's registers are put. */
const PORTS = 0x03000000;
const PORT = 0x1000;

/** A RISC-V RV32IMAC started without firmware of QEMU's own (`-bios none`). */
export const qemuRv32 = defineBoard(
  qemuBoard({
    name: 'qemu-rv32',
    title: 'riscv32 virt (RV32IMAC)',
    cpu: 'rv32imac',
    ram: RAM,
    origin: 'RAM from 0x80000000, a shared file, riscv32 virt in QEMU 7.2; its first 16 MiB',
    // The machine's own boot code jumps to the start of its RAM where there is no firmware.
    boot: { kind: 'vectors-at', da: RAM },
    processor: 'rv32',
    mailbox: {
      type: 'ns16550-uart',
      remoteBase: PORTS + PORT,
      origin: 'pci-serial of QEMU 7.2; a byte is a notifyid or one of doorbell-words.ts',
    },
    native: {
      timer: { type: 'clint', hz: 10_000_000, base: 0x02000000 },
      // Context 0: hart 0 in machine mode.
      irqc: { type: 'plic', base: 0x0c000000, cpu: 0 },
      // INTA of slot n is line (n + 0) % 4 of the four that PCI has.
      mailboxIrqs: [32 + (SLOT % 4)],
      console: { type: 'ns16550', base: 0x10000000 },
      crash: { da: PORTS + PORT, value: DoorbellWord.crashed, width: 1 },
      // Base address register 0, and the command register's I/O enable: nobody else sets up this bus.
      setup: [
        { da: CONFIG + 0x10, value: PORT, width: 4 },
        { da: CONFIG + 0x04, value: 1, width: 2 },
      ],
      origin: 'hw/riscv/virt.c of QEMU 7.2: memory map, PCIE_IRQ, RISCV_ACLINT_DEFAULT_TIMEBASE_FREQ',
    },
    qemu: {
      system: 'riscv32',
      machine: 'virt',
      args: ['-bios', 'none', '-device', `pci-serial,chardev=door,addr=${SLOT}`],
      serial: ['console'],
      // riscv_load_fdt() in hw/riscv/boot.c: the device tree, at a multiple of 2 MiB below the end of the RAM.
      writes: { base: RAM + 0xe00000, len: 0x100000 },
    },
  }),
);
