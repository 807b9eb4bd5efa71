/** Rules about addresses: whose view they are, and what lies over what. */
import { RegionUse } from '../../boards/board.js';
import { type Da, daToPa, type Pa, paToDa } from '../../runtime/abi/address.js';
import { FW_RSC_ADDR_ANY } from '../../runtime/abi/resource-table.js';
import {
  type Evidence,
  entryPlace,
  fieldNumber,
  hex,
  overlap,
  type Range,
  type Rule,
  tableEntries,
} from './evidence.js';

/** Memory that something of the image takes, by physical address. */
interface Taken extends Range {
  readonly what: string;
  readonly where: string;
}

/** A hostile image could have as many overlaps as pairs of segments. */
const MAX_OVERLAPS = 32;

export const layoutRules: readonly Rule[] = [
  {
    id: 'address-host-view',
    summary: 'An address as Linux sees the memory, not as the remote core does.',
    why: 'Linux translates device addresses: `p_paddr`, `sh_addr` and every `da` are what the remote sees. On many SoCs the same memory has another physical address.',
    check(evidence) {
      const { ranges } = evidence;
      return addresses(evidence).flatMap(({ what, at, len, where }) => {
        if (daToPa(ranges, at as Da, len) !== undefined) return [];
        const remote = paToDa(ranges, at as Pa, len);
        if (remote === undefined) return [];
        return [
          {
            severity: what === 'segment' ? ('error' as const) : ('warning' as const),
            message: `${hex(at)} is where Linux sees memory that the remote core has at ${hex(remote)}; Linux takes it for a device address and finds nothing there`,
            fix: `use ${hex(remote)}`,
            where,
          },
        ];
      });
    },
  },
  {
    id: 'address-too-wide',
    summary: 'Device addresses have 32 bits.',
    why: 'The table holds 32-bit addresses, and the distance to a carveout is kept in an int: higher bits are lost, so the address may be taken for another one.',
    check: (evidence) =>
      addresses(evidence)
        .filter(({ at, len }) => at + len > 2 ** 32)
        .map(({ at, where }) => ({
          severity: 'error',
          message: `${hex(at)} does not fit 32 bits: Linux compares only the low ones with its carveouts`,
          fix: 'link for the addresses that the remote core uses below 4 GiB',
          where,
        })),
  },
  {
    id: 'segments-overlap',
    summary: 'Segments that are loaded over each other.',
    why: 'Linux loads in file order and checks nothing: the later segment wins.',
    check(evidence) {
      const found = [];
      let last: Taken | undefined;
      for (const segment of loadedSegments(evidence).sort((a, b) => a.from - b.from)) {
        if (last && overlap(last, segment) && found.length < MAX_OVERLAPS) {
          found.push({
            severity: 'error' as const,
            message: `lies over ${last.what}: what is loaded first is lost`,
            fix: 'give each segment memory of its own in the linker script',
            where: segment.where,
          });
        }
        if (!last || segment.to > last.to) last = segment;
      }
      return found;
    },
  },
  {
    id: 'region-overlap',
    summary: 'The image lies where Linux puts rings, buffers or the table.',
    why: 'Reserved regions for rings and buffers are zeroed and filled when the virtio driver binds, after the image was loaded.',
    check(evidence) {
      const regions = hostRegions(evidence);
      const found = [];
      for (const taken of [...loadedSegments(evidence), ...traces(evidence)]) {
        const region = regions.find((candidate) => overlap(candidate, taken));
        if (!region || found.length >= MAX_OVERLAPS) continue;
        found.push({
          severity: 'error' as const,
          message: `${taken.what} lies in ${region.what}, which Linux fills by itself: both overwrite each other`,
          fix: 'leave that region out of the linker script',
          where: taken.where,
        });
      }
      return found;
    },
  },
  {
    id: 'trace-overlap',
    summary: 'A trace buffer over the table or over another one.',
    why: 'The remote writes its trace without asking; Linux reads its table and writes to it while the core runs.',
    check(evidence) {
      const taken = traces(evidence);
      const copy = tableCopy(evidence);
      return taken.flatMap((trace, i) => {
        const other = [...(copy ? [copy] : []), ...taken.slice(0, i)].find((one) => overlap(one, trace));
        if (!other) return [];
        return [
          {
            severity: 'error' as const,
            message: `lies over ${other.what}`,
            fix: 'give each trace buffer memory of its own',
            where: trace.where,
          },
        ];
      });
    },
  },
  {
    id: 'vring-overlap',
    summary: 'A ring at a fixed address over something else.',
    why: 'Linux zeroes a ring before it uses it.',
    check(evidence) {
      const rings = fixedRings(evidence);
      const copy = tableCopy(evidence);
      const others = [...(copy ? [copy] : []), ...traces(evidence), ...loadedSegments(evidence)];
      return rings.flatMap((ring, i) => {
        const other = [...rings.slice(0, i), ...others].find((one) => overlap(one, ring));
        if (!other) return [];
        return [
          {
            severity: 'error' as const,
            message: `${ring.what} lies over ${other.what}`,
            fix: 'use 0xffffffff and let Linux place the rings',
            where: ring.where,
          },
        ];
      });
    },
  },
];

/** Every address in the image that Linux takes for a device address, with how many bytes it must lead to. */
function addresses(evidence: Evidence): { what: string; at: number; len: number; where: string }[] {
  const { inspection } = evidence;
  const list = (inspection?.segments ?? [])
    .filter(({ type, memsz }) => type === 'LOAD' && memsz > 0)
    .map(({ index, paddr, memsz }) => ({
      ...{ what: 'segment', at: Number(paddr), len: memsz, where: `segment ${index}` },
    }));
  const table = inspection?.resourceTable;
  if (table && table.problem === null) {
    list.push({ what: 'table', at: Number(table.address), len: table.size, where: '.resource_table' });
  }
  for (const type of ['trace', 'carveout'] as const) {
    for (const entry of tableEntries(evidence, type)) {
      const [at, len] = [fieldNumber(entry.fields, 'da'), fieldNumber(entry.fields, 'len')];
      if (entry.problem !== null || at === FW_RSC_ADDR_ANY) continue;
      list.push({ what: type, at, len, where: entryPlace(entry) });
    }
  }
  return list;
}

type Ranges = Pick<Evidence, 'ranges'>;

/** The memory behind [at, at + len), or nothing where no memory is. */
function taken({ ranges }: Ranges, at: number, len: number, what: string, where: string): Taken[] {
  const from = len > 0 ? daToPa(ranges, at as Da, len) : undefined;
  return from === undefined ? [] : [{ from, to: from + len, what, where }];
}

function loadedSegments(evidence: Evidence): Taken[] {
  return (evidence.inspection?.segments ?? []).flatMap(({ index, type, paddr, memsz }) => {
    const name = `segment ${index}`;
    return type === 'LOAD' ? taken(evidence, Number(paddr), memsz, name, name) : [];
  });
}

function traces(evidence: Evidence): Taken[] {
  return tableEntries(evidence, 'trace').flatMap((entry) => {
    const [at, len] = [fieldNumber(entry.fields, 'da'), fieldNumber(entry.fields, 'len')];
    return taken(evidence, at, len, `the trace buffer of entry ${entry.index}`, entryPlace(entry));
  });
}

/** Where Linux writes its copy of the table. */
function tableCopy(evidence: Evidence): Taken | undefined {
  const table = evidence.inspection?.resourceTable;
  if (!table || table.problem !== null) return undefined;
  return taken(evidence, Number(table.address), table.size, 'the resource table', '.resource_table')[0];
}

/** Rings whose fixed address is in memory; those of a region of their name lie at its start instead. */
function fixedRings(evidence: Evidence): Taken[] {
  const { board } = evidence;
  return tableEntries(evidence, 'vdev').flatMap((entry, vdev) =>
    entry.vrings.flatMap(({ index, fields, ringBytes }) => {
      const at = fieldNumber(fields, 'da');
      const hasRegion = board.memory.some(({ name }) => name === `vdev${vdev}vring${index}`);
      if (at === FW_RSC_ADDR_ANY || ringBytes === null || hasRegion) return [];
      return taken(evidence, at, ringBytes, `vring ${index}`, entryPlace(entry));
    }),
  );
}

/** Memory that Linux fills by itself. */
function hostRegions(evidence: Evidence): Taken[] {
  return evidence.board.memory
    .filter(({ name, use }) => use === RegionUse.pool || (use === RegionUse.named && name.startsWith('vdev')))
    .flatMap(({ name, da, len }) => taken(evidence, da, len, `the board's region ${name}`, name));
}
