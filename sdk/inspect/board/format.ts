/** A placement as text for people. */
import { columns, readableSize } from '../../text/columns.js';
import { printable } from '../format.js';
import type { AllocationPlacement, BoardPlacement, RangePlacement } from './placement.js';

/** What `rproc inspect --board` prints behind the image itself: ends with a line break. */
export function formatPlacement(raw: BoardPlacement): string {
  const placement = printable(raw);
  const { board, driver, strictEnds, regions, parts, carveouts, vdevs } = placement;
  const strict = strictEnds ? '; a range must end before its memory does' : '';
  const regionRows = regions.map(({ name, use, da, pa, size, used, free, aliasOf }) => [
    ...[name, use, da, pa, bytes(size), bytes(used), bytes(free)],
    aliasOf === null ? '' : `alias of ${aliasOf}`,
  ]);
  const partRows = parts.map((part) => [
    ...[
      part.kind === 'segment' ? `segment ${part.index}` : part.kind,
      part.name,
      part.da,
      part.pa ?? '-',
      bytes(part.size),
    ],
    ...[part.region ?? '-', part.via ?? '-', room(part), verdict(part)],
  ]);
  const sections = [
    `Placement on ${board} (${driver}${strict})\n` +
      columns([['region', 'use', 'da', 'pa', 'size', 'used', 'free'], ...regionRows], {
        right: [4, 5, 6],
        indent: '  ',
      }),
  ];
  const heading = ['part', 'name', 'da', 'pa', 'size', 'region', 'found by', 'room left'];
  if (parts.length > 0) sections.push(columns([heading, ...partRows], { right: [4, 7], indent: '  ' }));
  if (carveouts.length + vdevs.length > 0) sections.push(providedLines(placement), reserveLines(placement));
  return sections.join('\n');
}

/** `12288 (12 KiB)` */
function bytes(size: number): string {
  return size < 1024 ? `${size}` : `${size} (${readableSize(size)})`;
}

function room({ roomLeft }: RangePlacement): string {
  return roomLeft === null || roomLeft < 0 ? '-' : bytes(roomLeft);
}

function verdict({ inside, crossesEnd, refusedByStrictEnd, region, roomLeft }: RangePlacement): string {
  const over = roomLeft === null ? '' : ` by ${bytes(-roomLeft)}`;
  if (inside) return crossesEnd ? `inside, beyond the end of ${region}${over}` : 'inside';
  if (refusedByStrictEnd) return 'REFUSED, ends exactly where its memory ends';
  if (crossesEnd) return `OUTSIDE, crosses the end of ${region ?? 'its memory'}${region ? over : ''}`;
  return 'OUTSIDE, Linux finds no memory there';
}

/** What Linux provides, a row each. */
function providedLines({ carveouts, vdevs }: BoardPlacement): string {
  const rows = carveouts.map((one) => providedRow('carveout', one));
  let notes = '';
  for (const { index, id, vrings, buffers, problem } of vdevs) {
    const vdev = `vdev ${index} (id ${id})`;
    for (const ring of vrings)
      rows.push(providedRow(`${vdev} ring of ${ring.num}, align ${ring.align}`, ring));
    if (buffers) rows.push(providedRow(`${vdev} buffers`, buffers));
    if (problem) notes += `  ${vdev}: ${problem}\n`;
  }
  const heading = ['Linux provides', 'as', 'bytes', 'in pages', 'asks for', 'from', 'of', 'da', 'room left'];
  return columns([heading, ...rows], { right: [2, 3, 6, 8], indent: '  ' }) + notes;
}

function providedRow(what: string, one: AllocationPlacement): string[] {
  const { name, size, pageSize, requested, source, region, regionSize, da, fits, problem } = one;
  const from = {
    region: 'region',
    fixed: 'its address in',
    pool: 'pool',
    entry: 'carveout entry',
    none: '-',
  };
  const left = fits && source !== 'pool' ? bytes((regionSize ?? 0) - (pageSize ?? 0)) : '-';
  return [
    ...[what, name, size === null ? '?' : `${size}`, pageSize === null ? '?' : bytes(pageSize)],
    ...[
      requested ?? 'any',
      `${from[source]} ${region ?? ''}`.trim(),
      regionSize === null ? '-' : bytes(regionSize),
    ],
    ...[da === null ? '-' : source === 'pool' ? `${da} in an empty pool` : da, left],
    problem === null ? (fits ? 'fits' : 'DOES NOT FIT') : `${fits ? 'fits; ' : 'DOES NOT FIT: '}${problem}`,
  ];
}

function reserveLines({ reserve }: BoardPlacement): string {
  const { ringBytes, ringPageBytes, bufferBytes, carveoutBytes, total, pools } = reserve;
  const rows = [
    ['rings', bytes(ringBytes), `${bytes(ringPageBytes)} in pages`],
    ['buffers', bytes(bufferBytes), ''],
    ['carveouts', bytes(carveoutBytes), ''],
    ['total', bytes(total), 'in pages'],
    ...pools.map(({ region, size, needed, fits }) => [
      ...[`pool ${region}`, bytes(needed)],
      `of ${bytes(size)}${fits ? '' : ', TOO SMALL'}; powers of two of pages`,
    ]),
  ];
  return '  Linux reserves\n' + columns(rows, { right: [1], indent: '    ' });
}
