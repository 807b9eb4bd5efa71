import type { Board, NativeSide } from '../board.js';
import { engineLimits } from '../engine-limits.js';

const dmaRanges = 'dma-ranges of the mlahb bus, arch/arm/boot/dts/st/stm32mp151.dtsi';

/**
 * Cortex-M4 of an STM32MP15x. stm32_rproc.c has no translation of its own: what the device tree names in
 * `memory-region` becomes a carveout, at the device address that `dma-ranges` gives it. DDR is in no range.
 */
export const stm32mp15: Board = {
  name: 'stm32mp15',
  description: 'STM32MP15x Cortex-M4',
  cpu: 'cortex-m4',
  // No boot address is programmed, and the device tree makes address 0 RETRAM.
  boot: { kind: 'vectors-at', da: 0 },
  memory: [],
  translation: [
    { name: 'retram', da: 0x00000000, pa: 0x38000000, len: 0x10000, origin: dmaRanges },
    { name: 'mcusram', da: 0x10000000, len: 0x60000, origin: dmaRanges },
    { name: 'mcusram-alias', da: 0x30000000, len: 0x60000, origin: dmaRanges },
  ],
  mailbox: {
    type: 'stm32-ipcc',
    layout: 'st,stm32mp1-ipcc: processor 0 (Linux) at +0x00, processor 1 (M4) at +0x10',
    linuxBase: 0x4c001000,
    remoteBase: 0x4c001000,
    channels: { vq0: 0, vq1: 1, shutdown: 2, detach: 3 },
    origin:
      'stm32mp151.dtsi and drivers/mailbox/stm32-ipcc.c; the M4 side: dts/arm/st/mp1/stm32mp157.dtsi of zephyr',
  },
  // RSC_TBL_SIZE in stm32_rproc.c; all of it is overwritten on detach.
  attachTableBytes: 1024,
  engine: engineLimits(0x40000),
  watchdogMs: 500,
  linux: {
    processor: 'm4',
    driver: 'stm32_rproc',
    device: 'stm32-rproc 10000000.m4',
    // arch/arm: a Cortex-A7.
    hostBits: 32,
    hasIommu: false,
    // Only with `st,auto-boot` in the device tree.
    autoBoot: false,
    recovery: true,
    tableRequired: false,
    maxVdevs: 1,
  },
};

/**
 * The core itself. Linux hears of a crash by the window watchdog's interrupt (EXTI 68), which the board's device tree gives
 * to the processor: setting WDGA while T6 is clear resets the core at once. SYSRESETREQ tells nobody.
 */
export const stm32mp15Native: Omit<NativeSide, 'place'> = {
  // ck_mcu as ST's boot chain sets it (pll3_p); another boot chain may set another.
  timer: { type: 'systick', hz: 208_877_930 },
  irqc: { type: 'nvic' },
  // IPCC RX1 occupied, TX1 free.
  mailboxIrqs: [103, 104],
  // WWDG1_CR.
  crash: { da: 0x4000a000, value: 0x80, width: 4 },
  // RCC_MC_APB1ENSETR: the clock of WWDG1, whose registers need it.
  setup: [{ da: 0x50000a80, value: 0x10000000, width: 4 }],
  proven: false,
  origin:
    'interrupts: stm32mp157cxx_cm4.h of ST and zephyr; clock: clock tree of a running STM32MP157; WWDG1 and EXTI 68: stm32mp1xx_hal_exti.h, zephyr, RM0436',
};
