/** CPU families with a native engine: what a link has to know of each. */
import type { CpuName } from '../../boards/cpus.js';
import type { NativeCpu } from './products.js';

export interface Family {
  /** Symbol whose address becomes `e_entry`. */
  readonly entry: string;
  /** Bytes. Armv7-M: the power of two above 4 * 256 entries (ARM DDI 0403, B3.2.5); Cortex-R: what VBAR-less cores need. */
  readonly vectorsAlign: number;
  readonly protection: 'armv7m' | 'cortex-r' | 'pmp';
  /** Regions that the smallest protection unit of this family has. */
  readonly protectionRegions: number;
  /** Has a data cache, so memory that Linux reads must be kept out of it. */
  readonly cached: boolean;
}

export const families: { readonly [cpu in NativeCpu]: Family } = {
  // ARM DDI 0439, section 6.1: eight regions where there is a unit at all.
  'cortex-m4': {
    ...{ entry: 'rproc_vectors', vectorsAlign: 1024, cached: false },
    ...{ protection: 'armv7m', protectionRegions: 8 },
  },
  // ARM DDI 0489, section 1.2: none, 8 or 16 regions.
  'cortex-m7': {
    ...{ entry: 'rproc_vectors', vectorsAlign: 1024, cached: true },
    ...{ protection: 'armv7m', protectionRegions: 8 },
  },
  // ARM DDI 0460, section 1.4: none, 12 or 16 regions.
  'cortex-r5f': {
    ...{ entry: 'rproc_reset', vectorsAlign: 32, cached: true },
    ...{ protection: 'cortex-r', protectionRegions: 12 },
  },
  // The privileged specification allows 0, 16 or 64 entries.
  rv32imac: {
    ...{ entry: 'rproc_reset', vectorsAlign: 64, cached: false },
    ...{ protection: 'pmp', protectionRegions: 16 },
  },
};

/** The family of a CPU, or undefined where there is no native engine for it. */
export function familyOf(cpu: CpuName): Family | undefined {
  return Object.hasOwn(families, cpu) ? families[cpu as NativeCpu] : undefined;
}
