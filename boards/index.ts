/** Every board, by name. */
import type { Board } from './board.js';
import { imx7dM4 } from './nxp/imx7d-m4.js';
import { imx8mmM4 } from './nxp/imx8mm-m4.js';
import { imx8mnM7 } from './nxp/imx8mn-m7.js';
import { imx8mpM7 } from './nxp/imx8mp-m7.js';
import { imx8mqM4 } from './nxp/imx8mq-m4.js';
import { imx93M33 } from './nxp/imx93-m33.js';
import { imx95M7 } from './nxp/imx95-m7.js';
import { qemuIvshmemM4 } from './qemu/ivshmem-m4.js';
import { qemuMps2An386 } from './qemu/mps2-an386.js';
import { qemuMps2An500 } from './qemu/mps2-an500.js';
import { qemuR5f } from './qemu/r5f.js';
import { qemuRv32 } from './qemu/rv32.js';
import { stm32mp157DkM4 } from './st/stm32mp157-dk-m4.js';
import { stm32mp157M4Whole } from './st/stm32mp157-m4-448k.js';
import { am62xM4f } from './ti/am62x-m4f.js';
import { am64xM4f } from './ti/am64x-m4f.js';
import { am64xR5f } from './ti/am64x-r5f.js';
import { j721eR5f } from './ti/j721e-r5f.js';
import { virtA53 } from './virt-a53.js';
import { virtIvshmem } from './virt-ivshmem.js';
import { virtM4 } from './virt-m4.js';
import { virtRv32 } from './virt-rv32.js';
import { virtRv64 } from './virt-rv64.js';
import { versalR5 } from './xilinx/versal-r5.js';
import { zynqmpR5 } from './xilinx/zynqmp-r5.js';
import { zynqmpR5Rpmsg } from './xilinx/zynqmp-r5-rpmsg.js';

/** By vendor, in the order in which they are listed. */
export const boardGroups = {
  virtual: [virtM4, virtRv32, virtA53, virtRv64, virtIvshmem],
  qemu: [qemuMps2An386, qemuMps2An500, qemuR5f, qemuRv32, qemuIvshmemM4],
  st: [stm32mp157DkM4, stm32mp157M4Whole],
  nxp: [imx7dM4, imx8mmM4, imx8mqM4, imx8mnM7, imx8mpM7, imx93M33, imx95M7],
  ti: [am62xM4f, am64xM4f, am64xR5f, j721eR5f],
  xilinx: [zynqmpR5, zynqmpR5Rpmsg, versalR5],
} as const satisfies { readonly [vendor: string]: readonly Board[] };

/** The name of a board that comes with the SDK. */
export type BoardName = (typeof boardGroups)[keyof typeof boardGroups][number]['name'];

/** Every board of the SDK, in the order of `rproc boards`. */
export const boards: readonly Board[] = Object.values(boardGroups).flat();

/** The board of the SDK with that name, or undefined. */
export function findBoard(name: string): Board | undefined {
  return boards.find((board) => board.name === name);
}

export {
  type Board,
  type BootRule,
  type EngineLimits,
  type LinuxSide,
  type MailboxData,
  type MemoryRegion,
  RegionUse,
  type TranslationRow,
} from './board.js';
export { type BoardExtension, defineBoard } from './define-board.js';
export { imx7d } from './nxp/imx7d-m4.js';
export { imx8m } from './nxp/imx8m-m4.js';
export { imx8mM7 } from './nxp/imx8m-m7.js';
export { imx93 } from './nxp/imx93-m33.js';
export { imx95 } from './nxp/imx95-m7.js';
/** SoCs without a board around them: `defineBoard({ extends: stm32mp15, memory: [...] })`. */
export { stm32mp15 } from './st/stm32mp15.js';
export { am6xM4f } from './ti/am6x-m4f.js';
export { k3R5f } from './ti/k3-r5f.js';
export { xlnxR5 } from './xilinx/xlnx-r5.js';
