/** The domain of a core behind an IOMMU: which memory it finds at a device address (drivers/iommu/iommu.c). */
import { EEXIST, EINVAL } from '../errno.js';
import type { Kernel } from '../kernel.js';

const PAGE = 4096;

/** One mapping: `len` bytes at device address `da` are those at physical address `pa`. */
export interface IommuMapping {
  readonly da: number;
  readonly pa: number;
  readonly len: number;
}

export class IommuDomain {
  private readonly list: IommuMapping[] = [];

  constructor(private readonly kernel: Kernel) {}

  /** In the order in which they were made. */
  get mappings(): readonly IommuMapping[] {
    return this.list;
  }

  /** `iommu_map()`: whole pages only, and none twice. 0 or a negative errno. */
  map(da: number, pa: number, len: number): number {
    if ([da, pa, len].some((value) => value % PAGE !== 0)) {
      const [iova, size, least] = [da, len, PAGE].map((value) => `0x${value.toString(16)}`);
      const from = `0x${pa.toString(16).padStart(16, '0')}`;
      const text = `unaligned: iova ${iova} pa ${from} size ${size} min_pagesz ${least}`;
      this.kernel.log.err({ prefix: 'iommu' }, text);
      return -EINVAL;
    }
    if (this.list.some((other) => da < other.da + other.len && other.da < da + len)) return -EEXIST;
    if (len > 0) this.list.push({ da, pa, len });
    return 0;
  }

  /** `iommu_unmap()` */
  unmap(da: number, len: number): void {
    const at = this.list.findIndex((mapping) => mapping.da === da && mapping.len === len);
    if (at >= 0) this.list.splice(at, 1);
  }
}
