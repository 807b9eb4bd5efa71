/** CPU families: what an image for them looks like. */
export const cpus = {
  'cortex-m4': { machine: 'arm', description: 'Arm Cortex-M4' },
  'cortex-m7': { machine: 'arm', description: 'Arm Cortex-M7' },
  'cortex-m33': { machine: 'arm', description: 'Arm Cortex-M33' },
  'cortex-r5f': { machine: 'arm', description: 'Arm Cortex-R5F' },
  'cortex-a53': { machine: 'aarch64', description: 'Arm Cortex-A53' },
  rv32imac: { machine: 'riscv32', description: 'RISC-V RV32IMAC' },
  rv64: { machine: 'riscv64', description: 'RISC-V RV64' },
} as const;

export type CpuName = keyof typeof cpus;
export type MachineName = (typeof cpus)[CpuName]['machine'];

/** For descriptions: there is no native engine for the CPU, too little memory for it, or too little known of the core's side. */
export const NO_MACHINE_CODE = 'image without machine code, for simulated cores';
/** For descriptions: the image is whole, checked as far as that can be done without the core. */
export const NOT_ON_SILICON = 'not run on silicon by us';
