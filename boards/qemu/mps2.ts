/** What the mps2 machines share: Arm's FPGA images have their peripherals at the same addresses. */
import type { MailboxData, NativeSide, QemuData } from '../board.js';
import { DoorbellWord } from '../mailbox/registers/doorbell-words.js';

const uarts =
  'UARTs of hw/arm/mps2.c in QEMU 7.2: 0x40004000 and on, interrupts 0 and on, receive and transmit';

export const mps2Mailbox: MailboxData = {
  type: 'cmsdk-uart',
  remoteBase: 0x40005000,
  origin: `second UART; ${uarts}; a byte is a notifyid or one of doorbell-words.ts`,
};

export const mps2Native: Omit<NativeSide, 'place' | 'proven'> = {
  // SYSCLK_FRQ in hw/arm/mps2.c.
  timer: { type: 'systick', hz: 25_000_000 },
  irqc: { type: 'nvic' },
  mailboxIrqs: [2, 3],
  console: { type: 'cmsdk', base: 0x40004000 },
  crash: { da: 0x40005000, value: DoorbellWord.crashed, width: 4 },
  origin: uarts,
};

/** The ROM of a machine whose RAM ends at `ramEnd`. */
export function mps2Qemu(machine: string, ramEnd: number): Omit<QemuData, 'ram'> {
  return { system: 'arm', machine, rom: bootRom(ramEnd), serial: ['console', 'doorbell'] };
}

/**
 * Armv7-M reads its stack pointer and first instruction at 0, which is no memory that Linux loads to. This code there does
 * the same with the vector table whose address the last word of the RAM holds.
 */
function bootRom(ramEnd: number): number[] {
  const bootAddress = ramEnd - 4;
  const VTOR = 0xe000ed08;
  const half = (value: number) => [value & 0xff, value >>> 8];
  const word = (value: number) => [...half(value & 0xffff), ...half(value >>> 16)];
  return [
    // Vector table: a stack pointer that nothing uses, and the code behind it, in Thumb state.
    ...[...word(bootAddress & ~7), ...word(0x9)],
    ...half(0x4903), // ldr r1, [pc, #12]   address of the last word
    ...half(0x6808), // ldr r0, [r1]
    ...half(0x4903), // ldr r1, [pc, #12]   VTOR
    ...half(0x6008), // str r0, [r1]
    ...half(0x6801), // ldr r1, [r0]
    ...half(0x468d), // mov sp, r1
    ...half(0x6841), // ldr r1, [r0, #4]
    ...half(0x4708), // bx r1
    ...[...word(bootAddress), ...word(VTOR)],
  ];
}
