/**
 * Registers of one Xilinx IPI agent. Linux reaches its own through SMC calls; what those do, and where the registers are,
 * is in TF-A: plat/xilinx/common/ipi.c and plat/xilinx/zynqmp/zynqmp_ipi.c. Bits stand for agents.
 */
export const Ipi = {
  /** Write 1: interrupts that agent. */
  TRIG: 0x00,
  /** Agents that have not acknowledged our trigger yet. Read only. */
  OBR: 0x04,
  /** Agents that interrupt us; write 1 to acknowledge. */
  ISR: 0x10,
  /** A set bit masks. Read only; IER clears bits, IDR sets them. */
  IMR: 0x14,
  IER: 0x18,
  IDR: 0x1c,
} as const;

/** Bit numbers of the agents that matter here (`zynqmp_ipi_table` in TF-A), with the base of their registers. */
export const zynqmpIpiAgents = {
  apu: { bit: 0, base: 0xff300000 },
  rpu0: { bit: 8, base: 0xff310000 },
  rpu1: { bit: 9, base: 0xff320000 },
  pl0: { bit: 24, base: 0xff340000 },
} as const;
