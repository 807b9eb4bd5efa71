/** What a picture shows: blocks of memory and the pieces in them, still without places on paper. */
import { hex } from '../../../runtime/abi/address.js';
import { readableSize } from '../../text/columns.js';
import type { AllocationPlacement, BoardPlacement, PartPlacement } from '../board/placement.js';
import type { Inspection } from '../inspection.js';

export type PieceKind = 'segment' | 'table' | 'app' | 'trace' | 'carveout' | 'ring' | 'buffers';

/** Some bytes of a block. */
export interface Piece {
  readonly kind: PieceKind;
  readonly label: string;
  /** Bytes from the block's start. */
  readonly from: number;
  readonly to: number;
  /** Linux chooses the address when it boots, or the image only asks for it. */
  readonly loose: boolean;
  /** Linux refuses it, or it does not fit. */
  readonly bad: boolean;
}

export interface Block {
  readonly name: string;
  readonly use: string;
  readonly da: bigint;
  /** Null where there is no board. */
  readonly pa: bigint | null;
  readonly size: number;
  readonly aliasOf: string | null;
  readonly pieces: readonly Piece[];
}

export interface Picture {
  readonly blocks: readonly Block[];
  /** What lies in no memory of the board. */
  readonly outside: readonly Pick<Piece, 'kind' | 'label' | 'bad'>[];
}

const partKinds = {
  segment: 'segment',
  table: 'table',
  'table in effect': 'table',
  app: 'app',
  trace: 'trace',
  carveout: 'carveout',
  vring: 'ring',
} as const satisfies { readonly [kind in PartPlacement['kind']]: PieceKind };

interface Range {
  readonly kind: PieceKind;
  readonly label: string;
  /** Physical address; null: in no memory. */
  readonly pa: bigint | null;
  readonly size: number;
  readonly loose: boolean;
  readonly bad: boolean;
}

/** Everything of the image and what Linux adds, in the regions of the board. */
export function boardPicture(placement: BoardPlacement): Picture {
  const ranges = [
    ...placement.parts.flatMap((part) => partRange(part, placement)),
    ...placement.carveouts.map((one) => allocationRange('carveout', one)),
    ...placement.vdevs.flatMap(({ vrings, buffers }) => [
      ...vrings.map((one) => allocationRange('ring', one)),
      ...(buffers ? [allocationRange('buffers', buffers)] : []),
    ]),
  ];
  const drawn = new Set<Range>();
  const blocks = placement.regions.map((region) => {
    const start = BigInt(region.pa);
    const pieces: Piece[] = [];
    for (const range of ranges) {
      if (range.pa === null) continue;
      const from = Math.max(0, Number(range.pa - start));
      const to = Math.min(region.size, Number(range.pa - start) + range.size);
      if (to <= from) continue;
      drawn.add(range);
      const { kind, label, loose, bad } = range;
      pieces.push({ kind, label, from, to, loose, bad });
    }
    const { name, use, size, aliasOf } = region;
    return { name, use, da: BigInt(region.da), pa: start, size, aliasOf, pieces };
  });
  const outside = ranges.filter((range) => !drawn.has(range) && (range.size > 0 || range.bad));
  return { blocks, outside };
}

/** A wish for an address is shown only where Linux puts the thing somewhere else. */
function partRange(part: PartPlacement, { carveouts, vdevs }: BoardPlacement): Range[] {
  const kind = partKinds[part.kind];
  const wish = part.kind === 'carveout' || part.kind === 'vring';
  if (wish) {
    const provided = [...carveouts, ...vdevs.flatMap(({ vrings }) => vrings)];
    if (provided.some(({ name, entry, da }) => name === part.name && entry === part.index && da === part.da))
      return [];
  }
  const what = {
    ...{
      segment: `segment ${part.index}${part.inside ? ` ${part.name}` : ''}`,
      table: part.name,
      app: part.name,
    },
    ...{ 'table in effect': 'table in effect', trace: `trace ${part.name}` },
    ...{ carveout: `${part.name} asks for`, vring: `${part.name} asks for` },
  }[part.kind];
  // Linux does not refuse a wish, it puts the thing elsewhere.
  const problem =
    part.inside || wish
      ? ''
      : part.refusedByStrictEnd
        ? ' REFUSED: strict end'
        : part.crossesEnd
          ? ' CROSSES THE END'
          : ' OUTSIDE';
  // Segments have little room, and their address is beside the block.
  const where = part.kind === 'segment' && part.region !== null ? '' : ` ${part.da}`;
  return [
    {
      kind,
      label: `${what}${problem}${where} ${readableSize(part.size)}`,
      pa: part.pa === null ? null : BigInt(part.pa),
      size: part.size,
      loose: wish || part.kind === 'table in effect',
      bad: !part.inside && !wish,
    },
  ];
}

function allocationRange(kind: PieceKind, one: AllocationPlacement): Range {
  const { name, size, pageSize, da, pa, source, fits } = one;
  const bytes = pageSize ?? 0;
  const exact = size !== null && size !== bytes ? `${size} bytes in ` : '';
  const where = da === null ? '' : ` ${da}`;
  return {
    kind,
    label: `${name}${where} ${exact}${readableSize(bytes)}${fits ? '' : ' DOES NOT FIT'}`,
    pa: pa === null ? null : BigInt(pa),
    size: bytes,
    loose: source === 'pool',
    bad: !fits,
  };
}

/** Segments that are at most this far from each other share a block. */
const NEAR = 0x10000n;

/** Without a board: the loaded segments, and what of the image lies in them. */
export function segmentPicture({ segments, resourceTable, app }: Inspection): Picture {
  const loaded = segments
    .filter(({ type, memsz }) => type === 'LOAD' && memsz > 0)
    .map(({ index, flags, paddr, memsz }) => ({
      label: `segment ${index}${flags && ` ${flags}`} ${readableSize(memsz)}`,
      start: BigInt(paddr),
      end: BigInt(paddr) + BigInt(memsz),
    }))
    .sort((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : 0));
  const groups: { start: bigint; end: bigint; pieces: Piece[] }[] = [];
  const add = (group: (typeof groups)[number], kind: PieceKind, label: string, at: bigint, size: number) => {
    const from = Number(at - group.start);
    const to = Math.min(from + size, Number(group.end - group.start));
    if (to > from) group.pieces.push({ kind, label, from, to, loose: false, bad: false });
  };
  for (const { start, end } of loaded) {
    const last = groups.at(-1);
    if (!last || start > last.end + NEAR) groups.push({ start, end, pieces: [] });
    else if (end > last.end) last.end = end;
  }
  // Both lists are in order of addresses.
  let at = 0;
  for (const { label, start, end } of loaded) {
    while (start > groups[at].end || end > groups[at].end) at++;
    add(groups[at], 'segment', label, start, Number(end - start));
  }
  const inside = (kind: PieceKind, label: string, address: string, size: number) => {
    const start = BigInt(address);
    const group = groups.find((one) => start >= one.start && start < one.end);
    if (group) add(group, kind, `${label} ${address} ${readableSize(size)}`, start, size);
  };
  if (resourceTable) inside('table', '.resource_table', resourceTable.address, resourceTable.size);
  if (app) inside('app', '.rproc.app', app.loadAddress ?? app.address, app.size);
  for (const { type, problem, fields } of resourceTable?.entries ?? []) {
    if (type !== 'trace' || problem) continue;
    const value = (name: string) => fields.find((field) => field.name === name)?.value;
    inside('trace', `trace ${value('name')}`, hex(BigInt(String(value('da')))), Number(value('len')));
  }
  const blocks = groups.map(({ start, end, pieces }) => ({
    ...{ name: 'load addresses', use: '', da: start, pa: null, size: Number(end - start) },
    ...{ aliasOf: null, pieces },
  }));
  return { blocks, outside: [] };
}
