import { NOT_ON_SILICON } from '../cpus.js';
import { defineBoard } from '../define-board.js';
import { engineLimits } from '../engine-limits.js';
import { xlnxR5 } from './xlnx-r5.js';
import { zynqmpTcm } from './zynqmp-r5.js';

const overlay = 'rpmsg overlays for all ZynqMP boards (vdev0vring0@3ed40000)';
const DDR = 0x1000000;

/** R5_0 in split mode with rings, buffers and a region that holds a native engine. */
export const zynqmpR5Rpmsg = defineBoard({
  extends: xlnxR5,
  name: 'zynqmp-r5-rpmsg',
  description: `AMD Zynq UltraScale+ Cortex-R5F, R5_0 in split mode, image and rings in DDR; ${NOT_ON_SILICON}`,
  memory: [
    {
      ...{ name: 'rproc', da: 0x60000000, len: DDR, use: 'image' },
      origin: 'chosen, as rproc@60000000 in trees for the ZCU106: a device tree of your own must reserve it',
    },
    ...zynqmpTcm,
    { name: 'vdev0vring0', da: 0x3ed40000, len: 0x4000, use: 'named', origin: overlay },
    { name: 'vdev0vring1', da: 0x3ed44000, len: 0x4000, use: 'named', origin: overlay },
    { name: 'vdev0buffer', da: 0x3ed48000, len: 0x100000, use: 'named', origin: overlay },
  ],
  mailbox: {
    type: 'zynqmp-ipi',
    remoteBase: 0xff310000,
    // The APU's agent, where the mailbox node of the device tree has `xlnx,ipi-id = <0>`; 24 (PL0) where it has 7.
    channels: { host: 0 },
    origin: 'RPU0 in zynqmp_ipi_table of TF-A; drivers/mailbox/zynqmp-ipi-mailbox.c',
  },
  engine: engineLimits(DDR),
  native: {
    // The CPU clock of a ZCU102 (XPAR_CPU_CORTEXR5_0_CPU_CLK_FREQ_HZ), which the PMU counts; other boards differ.
    timer: { type: 'pmu', hz: 533_333_000 },
    irqc: { type: 'gic', base: 0xf9000000, cpu: 0xf9001000 },
    // IPI of RPU0.
    mailboxIrqs: [65],
    place: { vectors: 'atcm0', code: 'rproc', data: 'rproc' },
    proven: false,
    origin: 'zephyr dts/arm/xilinx/zynqmp_rpu.dtsi; IPI_IRQ_VECT_ID of OpenAMP',
  },
  linux: { processor: 'ffe00000.r5f', device: 'platform ffe00000.r5f' },
});
