/** Rules about the resource table and its entries, vdevs apart. */
import { FW_RSC_ADDR_ANY, ResourceTable, RSC_NAME_SIZE } from '../../runtime/abi/resource-table.js';
import { u32 } from '../../runtime/abi/struct.js';
import { entryPlace, fieldNumber, fieldText, type Rule } from './evidence.js';

export const tableRules: readonly Rule[] = [
  {
    id: 'table-refused',
    summary: 'The table or an entry of it is malformed.',
    why: 'The first malformed entry ends the boot.',
    check({ inspection }) {
      const table = inspection?.resourceTable;
      if (!table) return [];
      const found = table.problem === null ? [] : [{ what: table.problem, where: '.resource_table' }];
      for (const entry of table.entries) {
        const skipped = entry.type === 'unknown' || entry.type === 'vendor';
        if (entry.problem !== null && !skipped) found.push({ what: entry.problem, where: entryPlace(entry) });
      }
      return found.map(({ what, where }) => ({
        severity: 'error',
        message: `Linux says "${what}" and does not boot the image`,
        fix: 'compare the table with the layout that rproc inspect prints',
        where,
      }));
    },
  },
  {
    id: 'entry-offset',
    summary: 'Entries that begin inside of the header.',
    why: 'Offsets count from the start of the table. New kernels refuse those below 16; 6.1 reads header words as an entry, and so do all kernels where an offset leads into the list of offsets.',
    check({ inspection, kernel }) {
      const table = inspection?.resourceTable;
      if (!table || table.problem !== null) return [];
      const end = ResourceTable.size + u32.size * (table.num ?? 0);
      return table.entries
        .filter(({ offset }) => offset < end)
        .map((entry) => ({
          severity: 'error',
          message:
            entry.offset < ResourceTable.size && kernel !== '6.1'
              ? `offset ${entry.offset} is in the header: "rsc table is truncated"`
              : `offset ${entry.offset} is in front of the first entry: Linux ${kernel} reads header words as an entry`,
          fix: `count from the start of the table: the first entry can begin at ${end}`,
          where: `entry ${entry.index}`,
        }));
    },
  },
  {
    id: 'entries-overlap',
    summary: 'Entries that share bytes.',
    why: 'Linux takes what is left of the table as the room of each entry, and writes addresses and notifyids into them: one entry changes the other.',
    check({ inspection }) {
      const found = [];
      let last: { readonly index: number; readonly to: number } | undefined;
      const sized = (inspection?.resourceTable?.entries ?? []).filter(({ size }) => size !== null);
      for (const entry of sized.sort((a, b) => a.offset - b.offset)) {
        const to = entry.offset + entry.size!;
        if (last && entry.offset < last.to) {
          found.push({
            severity: 'error' as const,
            message: `shares bytes with entry ${last.index}: what Linux writes into one changes the other`,
            fix: 'give each entry bytes of its own, and each offset its own entry',
            where: entryPlace(entry),
          });
        }
        if (!last || to > last.to) last = { index: entry.index, to };
      }
      return found;
    },
  },
  {
    id: 'entry-unknown',
    summary: 'Linux skips entries of unknown types.',
    why: 'A warning in the log is all there is.',
    check: ({ inspection }) =>
      (inspection?.resourceTable?.entries ?? [])
        .filter(({ type }) => type === 'unknown')
        .map((entry) => ({
          severity: 'warning',
          message: `type ${entry.typeCode} means nothing to Linux: "unsupported resource ${entry.typeCode}", the entry is skipped`,
          fix: 'use types 0 to 3, or 128 to 512 for vendor entries',
          where: entryPlace(entry),
        })),
  },
  {
    id: 'vendor-last',
    summary: 'Linux 6.1 does not boot an image that ends with a vendor entry.',
    why: 'Before 6.12.117 the answer 1 of a vendor entry that no driver knows is the result of the whole table, unless an entry of types 0 to 3 follows: "Failed to process resources: 1".',
    check: ({ inspection, kernel, errno }) =>
      (inspection?.resourceTable?.entries ?? [])
        .filter(({ type }) => kernel === '6.1' && errno === 1 && type === 'vendor')
        .slice(-1)
        .map((entry) => ({
          severity: 'error',
          message: `no driver of this processor knows type ${entry.typeCode}, and no entry behind it makes Linux forget that: "Failed to process resources: 1"`,
          fix: 'declare vendor entries in front of the carveouts, traces and vdevs',
          where: entryPlace(entry),
        })),
  },
  {
    id: 'entry-unaligned',
    summary: 'Entries that do not start at a multiple of four.',
    why: 'The table is packed; nothing but the author keeps its words aligned.',
    check: ({ inspection }) =>
      (inspection?.resourceTable?.entries ?? [])
        .filter(({ offset }) => offset % 4 !== 0)
        .map((entry) => ({
          severity: 'warning',
          message: `offset ${entry.offset} is not a multiple of 4: hosts and remotes that need aligned words fault on it`,
          fix: 'pad the entry before it',
          where: entryPlace(entry),
        })),
  },
  {
    id: 'devmem-without-iommu',
    summary: 'DEVMEM entries need an IOMMU.',
    why: 'The entry asks for an IOMMU mapping.',
    check: ({ inspection, board }) =>
      (inspection?.resourceTable?.entries ?? [])
        .filter(({ type }) => type === 'devmem' && !board.linux.hasIommu)
        .map((entry) => ({
          severity: 'error',
          message: `${board.name} has no IOMMU: Linux refuses the whole image with -22 and no line of its own`,
          fix: 'remove the entry; the remote reaches its peripherals without it',
          where: entryPlace(entry),
        })),
  },
  {
    id: 'carveout-name',
    summary: 'Carveouts are told apart by their names.',
    why: 'A second entry of the same name, or a second one without a name, ends the boot.',
    check({ inspection }) {
      const seen = new Map<string, number>();
      const found = [];
      for (const entry of inspection?.resourceTable?.entries ?? []) {
        if (entry.type !== 'carveout') continue;
        const name = fieldText(entry.fields, 'name');
        const other = seen.get(name);
        if (other !== undefined) {
          const shown = name === '' ? 'both have no name' : `both are called "${name}"`;
          found.push({
            severity: 'error' as const,
            message: `entry ${other} and entry ${entry.index} ${shown}: "Carveout already associated to resource table", -12`,
            fix: 'give each carveout a name of its own',
            where: entryPlace(entry),
          });
        } else seen.set(name, entry.index);
      }
      return found;
    },
  },
  {
    id: 'entry-name',
    summary: 'Names that Linux reads differently.',
    why: 'Names are 32 bytes with their NUL and go through a formatter.',
    check({ inspection }) {
      const found = [];
      for (const entry of inspection?.resourceTable?.entries ?? []) {
        const name = fieldText(entry.fields, 'name');
        const unterminated = new TextEncoder().encode(name).length >= RSC_NAME_SIZE;
        if (!unterminated && !name.includes('%')) continue;
        found.push({
          severity: 'warning' as const,
          message: unterminated
            ? 'the name has no NUL in its 32 bytes: Linux reads on into what follows'
            : `"${name}" goes through a printf formatter in Linux, where % has a meaning`,
          fix: 'use at most 31 bytes without %',
          where: entryPlace(entry),
        });
      }
      return found;
    },
  },
  {
    id: 'carveout-elsewhere',
    summary: 'A fixed carveout address that Linux does not honour.',
    why: 'Without an IOMMU only a reserved region puts memory at a given address.',
    check({ inspection, log }) {
      if (!log.some((line) => line.includes("Allocated carveout doesn't fit device address request")))
        return [];
      return (inspection?.resourceTable?.entries ?? [])
        .filter((entry) => {
          const da = fieldNumber(entry.fields, 'da');
          return entry.type === 'carveout' && da !== FW_RSC_ADDR_ANY;
        })
        .map((entry) => ({
          severity: 'warning',
          message: `asks for ${fieldText(entry.fields, 'da')}; without a reserved region of that name Linux may allocate it anywhere and report the requested address back`,
          fix: `add a reserved-memory node called "${fieldText(entry.fields, 'name')}" at that address, or ask for any address`,
          where: entryPlace(entry),
        }));
    },
  },
  {
    id: 'trace-nowhere',
    summary: 'A trace buffer that Linux cannot read.',
    why: 'The address is translated when the file is read, not before.',
    check({ inspection, traces, errno }) {
      if (errno !== 0) return [];
      const entries = (inspection?.resourceTable?.entries ?? []).filter(({ type }) => type === 'trace');
      return entries
        .filter((_entry, i) => traces[i] === false)
        .map((entry) => ({
          severity: 'warning',
          message: `${fieldText(entry.fields, 'da')} does not translate: reading the trace file gives "Trace  not available"`,
          fix: 'place the buffer in memory that Linux can load to',
          where: entryPlace(entry),
        }));
    },
  },
];
