import type { Board } from '../board.js';
import { engineLimits } from '../engine-limits.js';

const dmaRanges = 'dma-ranges of the mlahb bus, arch/arm/boot/dts/st/stm32mp151.dtsi';

/**
 * Cortex-M4 of an STM32MP15x. stm32_rproc.c has no translation of its own: what the device tree names in
 * `memory-region` becomes a carveout, at the device address that `dma-ranges` gives it. DDR is in no range.
 * Unknown: the IPCC's address on the M4's side.
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
    channels: { vq0: 0, vq1: 1, shutdown: 2, detach: 3 },
    origin: 'stm32mp151.dtsi and drivers/mailbox/stm32-ipcc.c',
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
