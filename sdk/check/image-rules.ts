/** Rules about the file as a whole: segments, the place of the table, the entry. */
import { RegionUse, regionsFor } from '../../boards/board.js';
import { type Da, daToPa } from '../../runtime/abi/address.js';
import type { Rule } from './evidence.js';

export const imageRules: readonly Rule[] = [
  {
    id: 'elf-damaged',
    summary: 'The file is cut off or its headers contradict each other.',
    why: "The kernel checks the ELF header, the place of the header tables and each segment's end; it trusts name offsets, entry sizes and much else.",
    check: ({ inspection }) =>
      (inspection?.damage ?? []).map((what) => ({
        severity: 'error',
        message: `${what}; Linux checks some of this, reads garbage elsewhere`,
        fix: 'link or copy the image again',
        where: 'ELF headers',
      })),
  },
  {
    id: 'segment-nowhere',
    summary: 'A segment lies where no memory of the board is.',
    why: '`p_paddr` is translated, never `p_vaddr`. A segment must lie in one region; two adjacent ones do not count.',
    check({ inspection, board, ranges, log }) {
      // Adjacent regions are one range there, but not for Linux.
      const refused = log.map((line) => / bad phdr da (0x\w+) mem (0x\w+)$/.exec(line)).find(Boolean);
      return (inspection?.segments ?? [])
        .filter(({ type, memsz, paddr }) => {
          if (type !== 'LOAD' || memsz === 0) return false;
          const isRefused = refused && BigInt(refused[1]) === BigInt(paddr) && Number(refused[2]) === memsz;
          return isRefused || daToPa(ranges, Number(paddr) as Da, memsz) === undefined;
        })
        .map(({ index, paddr, memsz }) => ({
          severity: 'error',
          message: `${memsz} bytes at ${paddr} are in no one memory of ${board.name}; Linux says "bad phdr" and refuses the image`,
          fix: 'correct the linker script: p_paddr (LMA) must be what the remote core or its driver translates',
          where: `segment ${index}`,
        }));
    },
  },
  {
    id: 'segment-lma-differs',
    summary: 'A segment is loaded at another address than it is linked for.',
    why: 'That is right for images that start from flash and wrong for most images that Linux loads into RAM.',
    check: ({ inspection }) =>
      (inspection?.segments ?? [])
        .filter(({ type, memsz, vaddr, paddr }) => type === 'LOAD' && memsz > 0 && vaddr !== paddr)
        .map(({ index, vaddr, paddr }) => ({
          severity: 'note',
          message: `linked at ${vaddr}, loaded at ${paddr}: Linux uses p_paddr only, start-up code must move the bytes`,
          fix: 'drop AT> from the linker script unless the start-up code copies the segment',
          where: `segment ${index}`,
        })),
  },
  {
    id: 'table-missing',
    summary: 'The image has no resource table.',
    why: 'Linkers drop sections that nothing refers to, and generators of linker scripts forget this one. Drivers with the default ELF operations then refuse the image; others go on without any resource.',
    check({ inspection, errno }) {
      if (!inspection || inspection.resourceTable) return [];
      return [
        {
          severity: errno !== 0 ? 'error' : 'warning',
          message:
            'no section is called .resource_table: no vdev, trace or carveout exists for Linux, and drivers with the default operations refuse the image (-22)',
          fix: 'KEEP(*(.resource_table)) in the linker script, and mark the table as used in the source',
          where: 'sections',
        },
      ];
    },
  },
  {
    id: 'table-not-loaded',
    summary: 'Linux writes its answers where the remote does not look.',
    why: 'Linux copies its table over the one at `sh_addr` before it starts the core, and writes status, features and ring addresses there later. When that address does not translate it works on a private copy, and says nothing.',
    check({ inspection, errno, tableSeen, vdevs }) {
      const table = inspection?.resourceTable;
      if (!table || table.problem !== null) return [];
      const found = [];
      if (errno === 0 && !tableSeen) {
        found.push({
          severity: vdevs.length > 0 ? ('error' as const) : ('warning' as const),
          message: `${table.address} does not translate: Linux keeps status, features and vring addresses to itself and says nothing; the remote waits for DRIVER_OK for ever`,
          fix: 'place .resource_table in memory that Linux can load to',
          where: '.resource_table',
        });
      } else if (table.loaded && !table.loadAddressMatches) {
        found.push({
          severity: 'error' as const,
          message: `loaded at ${table.loadAddress} but written back to ${table.address} (sh_addr): the remote may watch a copy that never changes`,
          fix: 'make LMA and VMA of .resource_table equal',
          where: '.resource_table',
        });
      } else if (!table.loaded) {
        found.push({
          severity: 'warning' as const,
          message: `the section is in no loaded segment; Linux still writes its copy to ${table.address}`,
          fix: 'make .resource_table an allocated PROGBITS section of a PT_LOAD segment',
          where: '.resource_table',
        });
      }
      return found;
    },
  },
  {
    id: 'table-nobits',
    summary: 'The table has no bytes in the file.',
    why: 'Linux reads the table from the file at `sh_offset`, whatever the type of the section; a NOBITS section has nothing there.',
    check({ inspection }) {
      const table = inspection?.resourceTable;
      if (table?.sectionType !== 'NOBITS') return [];
      return [
        {
          severity: 'error',
          message: `the section is NOBITS: Linux reads what else lies at file offset ${table.offset} as the table`,
          fix: 'give the table an initialiser and keep it out of .bss: an allocated PROGBITS section',
          where: '.resource_table',
        },
      ];
    },
  },
  {
    id: 'table-other-copy',
    summary: 'On this board Linux keeps the table in a region of its own.',
    why: 'i.MX boards with an `rsc-table` region: the copy in effect is the one at the start of that region, whatever `sh_addr` says. A remote that polls its linked table waits for DRIVER_OK for ever.',
    check({ inspection, board }) {
      const table = inspection?.resourceTable;
      const [region] = regionsFor(board, RegionUse.table);
      if (!table || !region || table.problem !== null) return [];
      const watched = inspection.app?.tableAddress ?? table.address;
      if (Number(watched) === region.da) return [];
      return [
        {
          severity: 'warning',
          message: `Linux writes status, features and ring addresses to region ${region.name} at 0x${region.da.toString(16)}; the table of the image is at ${watched} and never changes`,
          fix: `watch the table at 0x${region.da.toString(16)}`,
          where: '.resource_table',
        },
      ];
    },
  },
  {
    id: 'table-alignment',
    summary: 'The table is badly aligned for 64-bit hosts.',
    why: "Some hosts map the remote's memory as device memory, where 64-bit accesses must be aligned.",
    check({ inspection }) {
      const table = inspection?.resourceTable;
      if (!table || Number(table.address) % 8 === 0) return [];
      return [
        {
          severity: Number(table.address) % 4 === 0 ? 'warning' : 'error',
          message: `${table.address} is not a multiple of 8: arm64 hosts that map the memory as device memory fault while copying the table`,
          fix: 'align .resource_table to 16 bytes',
          where: '.resource_table',
        },
      ];
    },
  },
  {
    id: 'entry-vectors',
    summary: 'The board boots from a fixed place that the image does not fill.',
    why: 'Cores whose boot address Linux does not program begin at a fixed place.',
    check({ inspection, board, ranges }) {
      if (!inspection || board.boot.kind !== 'vectors-at') return [];
      const at = board.boot.da;
      const wanted = daToPa(ranges, at as Da, 1) ?? at;
      // The core may see the same memory at another address than Linux loads it to (i.MX8M).
      const filled = inspection.segments.some(({ type, paddr, filesz }) => {
        if (type !== 'LOAD') return false;
        const from = daToPa(ranges, Number(paddr) as Da, filesz) ?? Number(paddr);
        return from <= wanted && wanted < from + filesz;
      });
      if (filled) return [];
      return [
        {
          severity: 'warning',
          message: `nothing is loaded at 0x${at.toString(16)}, where this core takes its vectors; Linux programs no boot address here`,
          fix: 'place the vector table there',
          where: `entry ${inspection.header.entry}`,
        },
      ];
    },
  },
];
