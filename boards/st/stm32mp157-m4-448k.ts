import type { MemoryRegion } from '../board.js';
import { NOT_ON_SILICON } from '../cpus.js';
import { defineBoard } from '../define-board.js';
import { engineLimits } from '../engine-limits.js';
import { stm32mp15, stm32mp15Native } from './stm32mp15.js';

const origin =
  'all of the MCU SRAM in dma-ranges of stm32mp151.dtsi, divided for this board: a device tree of your own must reserve it so';

const sram = (name: string, from: number, len: number, use: MemoryRegion['use']): MemoryRegion => ({
  ...{ name, da: 0x10000000 + from, len, use, origin },
});

/**
 * The whole 448 KiB of an STM32MP157: RETRAM and all of the MCU SRAM, whose last 24 KiB are rings and buffers as on the
 * discovery kits. The kits' device tree gives the rest of the SRAM to Linux (DMA): this board needs one that does not.
 */
export const stm32mp157M4Whole = defineBoard({
  extends: stm32mp15,
  name: 'stm32mp157-m4-448k',
  description: `Cortex-M4 of an STM32MP157 with RETRAM and all MCU SRAM, 448 KiB; ${NOT_ON_SILICON}`,
  memory: [
    sram('mcusram', 0, 0x5a000, 'image'),
    sram('vdev0vring0', 0x5a000, 0x1000, 'named'),
    sram('vdev0vring1', 0x5b000, 0x1000, 'named'),
    sram('vdev0buffer', 0x5c000, 0x4000, 'named'),
    {
      ...{ name: 'retram', da: 0x00000000, pa: 0x38000000, len: 0x10000, use: 'image' },
      origin: 'retram node of arch/arm/boot/dts/st/stm32mp15xx-dkx.dtsi',
    },
  ],
  engine: { ...engineLimits(0x40000), heap: 0x20000 },
  native: {
    ...stm32mp15Native,
    place: { vectors: 'retram', libraries: 'retram', constants: 'retram', code: 'mcusram', data: 'mcusram' },
  },
});
