/** CPU families: what an image for them looks like. */
export const cpus = {
  'cortex-m4': { machine: 'arm', description: 'Arm Cortex-M4' },
  rv32imac: { machine: 'riscv32', description: 'RISC-V RV32IMAC' },
} as const;

export type CpuName = keyof typeof cpus;
export type MachineName = (typeof cpus)[CpuName]['machine'];
