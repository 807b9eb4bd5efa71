/** The reserved-memory nodes that a firmware needs, as the device tree of Linux declares them. */
import { type MemoryRegion, RegionUse } from '../../boards/board.js';
import type { Firmware } from '../config/firmware.js';
import { reservedMemory } from '../table/layout.js';

/** The text of NAME-reserved-memory.dtsi; empty nodes do not occur. */
export function deviceTree(firmware: Firmware): string {
  const { board, name, resources } = firmware;
  const { reservations } = reservedMemory(resources, board);
  const used = new Set(reservations.map(({ region }) => region));
  const regions = board.memory.filter(
    (region) =>
      !region.internal &&
      region.aliasOf === undefined &&
      (used.has(region) || region.use === RegionUse.image || region.use === RegionUse.table),
  );
  const cells = board.linux.hostBits === 32 ? 1 : 2;
  const labels = regions.map(({ name: region }) => `<&${label(region)}>`);
  return `/*
 * Memory that Linux must reserve for ${name} on ${board.name}. Written by rproc emit.
 * In the node of the remote processor, in this order:
 *
 *	memory-region = ${labels.join(', ')};
 */
/ {
	reserved-memory {
		#address-cells = <${cells}>;
		#size-cells = <${cells}>;
		ranges;

${regions
  .map((region) =>
    node(
      region,
      cells,
      reservations
        .filter((one) => one.region === region)
        .map(({ name: memory, reserved }) => `${memory} ${reserved} bytes`),
    ),
  )
  .join('\n\n')}
	};
};
`;
}

function node(region: MemoryRegion, cells: 1 | 2, uses: readonly string[]): string {
  const { name, len, use } = region;
  const pa = region.pa ?? region.da;
  const reg = [pa, len].map((value) => (cells === 2 ? `0x0 ${hex(value)}` : hex(value))).join(' ');
  // Buffers come out of a DMA pool, which reserved memory becomes by this compatible.
  const pool = use === RegionUse.pool || /^vdev\d+buffer$/.test(name);
  return [
    `		/* ${uses.length > 0 ? uses.join(', ') : use}; ${region.origin} */`,
    `		${label(name)}: ${name}@${pa.toString(16)} {`,
    ...(pool ? ['			compatible = "shared-dma-pool";'] : []),
    `			reg = <${reg}>;`,
    '			no-map;',
    '		};',
  ].join('\n');
}

function label(name: string): string {
  return name.replace(/[^A-Za-z0-9_]/g, '_').replace(/^(?=[0-9])/, '_');
}

function hex(value: number): string {
  return `0x${value.toString(16)}`;
}
