import { NO_MACHINE_CODE } from '../cpus.js';
import { defineBoard } from '../define-board.js';
import { stm32mp15 } from './stm32mp15.js';

const dk = 'reserved-memory in arch/arm/boot/dts/st/stm32mp15xx-dkx.dtsi';

/**
 * A vring region of 4 KiB holds 16 buffers with an alignment of up to 2048 bytes, and no more. The native engine would leave about
 * 30 KiB of the SRAM for the heap of the program and its bytecode, which is less than any rpmsg firmware takes: a board with all
 * of the memory is stm32mp157-m4-448k.
 */
export const stm32mp157DkM4 = defineBoard({
  extends: stm32mp15,
  name: 'stm32mp157-dk-m4',
  description: `Cortex-M4 of the STM32MP157 discovery kits; ${NO_MACHINE_CODE}`,
  memory: [
    { name: 'mcuram2', da: 0x10000000, len: 0x40000, use: 'image', origin: dk },
    { name: 'vdev0vring0', da: 0x10040000, len: 0x1000, use: 'named', origin: dk },
    { name: 'vdev0vring1', da: 0x10041000, len: 0x1000, use: 'named', origin: dk },
    { name: 'vdev0buffer', da: 0x10042000, len: 0x4000, use: 'named', origin: dk },
    { name: 'mcuram', da: 0x30000000, len: 0x40000, use: 'image', aliasOf: 'mcuram2', origin: dk },
    { name: 'retram', da: 0x00000000, pa: 0x38000000, len: 0x10000, use: 'image', origin: dk },
  ],
});
