/**
 * Puts a picture on paper: one stack of blocks, addresses growing downwards. Heights are not to scale, or a table of
 * 200 bytes in a region of 15 MiB would be invisible: each stretch between two addresses at which something begins or
 * ends has room for a line of text, and grows with its size. The gauge beside each block is to scale.
 */
import { hex } from '../../../runtime/abi/address.js';
import { readableSize } from '../../text/columns.js';
import type { Block, Picture, Piece } from './blocks.js';

/** A rectangle; those of one column never overlap. */
export interface Box {
  readonly column: string;
  readonly style: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly label: string | null;
}

export interface Line {
  readonly style: 'name' | 'note' | 'address' | 'bad';
  readonly x: number;
  /** Baseline. */
  readonly y: number;
  readonly text: string;
  /** Units that it may take. */
  readonly width: number;
  readonly end: boolean;
}

export interface Paper {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly Box[];
  readonly lines: readonly Line[];
}

export const WIDTH = 900;
const MARGIN = 20;
const GAUGE_X = 118;
const GAUGE_WIDTH = 10;
const BLOCK_X = 136;
const BLOCK_WIDTH = WIDTH - MARGIN - BLOCK_X;
const LANES_X = BLOCK_X + 10;
const SEGMENTS_WIDTH = 230;
const LANE_GAP = 8;
const HEADER = 42;
const ROW = 22;
const GAP = 34;
/** Beyond these a picture is no help; what is left out is counted. */
const MAX_BLOCKS = 32;
const MAX_PIECES = 48;
const MAX_LANES = 4;
const MAX_OUTSIDE = 24;

/** @param top where the first block may begin */
export function layOut(picture: Picture, top: number): Paper {
  const boxes: Box[] = [];
  const lines: Line[] = [];
  let y = top;
  const note = (text: string) => {
    lines.push({ style: 'note', x: BLOCK_X, y: y + 15, text, width: BLOCK_WIDTH, end: false });
    y += ROW;
  };
  const shown = picture.blocks.slice(0, MAX_BLOCKS);
  for (const [i, block] of shown.entries()) {
    const before = shown[i - 1];
    const gap = before ? block.da - (before.da + BigInt(before.size)) : 0n;
    if (before) y += gap > 0n ? 4 : 8;
    if (gap > 0n) {
      lines.push({
        ...{ style: 'note', x: BLOCK_X + 10, y: y + GAP / 2 + 2, width: BLOCK_WIDTH, end: false },
        text: `⋮ ${readableSize(Number(gap))} of other addresses`,
      });
      y += GAP;
    }
    y = layOutBlock(block, y, boxes, lines);
  }
  if (picture.blocks.length > shown.length)
    note(`${picture.blocks.length - shown.length} more are not drawn`);
  if (picture.blocks.length === 0) note('nothing is loaded');
  const { outside } = picture;
  if (outside.length > 0) {
    y += 14;
    note('In no memory of the board that Linux can use');
    for (const { kind, label, bad } of outside.slice(0, MAX_OUTSIDE)) {
      const at = { x: BLOCK_X, y, width: BLOCK_WIDTH, height: ROW };
      boxes.push({ column: 'outside', style: `${kind}${bad ? ' bad' : ' loose'}`, ...at, label });
      y += ROW + 4;
    }
    if (outside.length > MAX_OUTSIDE) note(`${outside.length - MAX_OUTSIDE} more are not drawn`);
  }
  return { width: WIDTH, height: y + MARGIN, boxes, lines };
}

/** Returns where the block ends. */
function layOutBlock(block: Block, top: number, boxes: Box[], lines: Line[]): number {
  const pieces = block.pieces.slice(0, MAX_PIECES);
  const edges = [...new Set([0, block.size, ...pieces.flatMap(({ from, to }) => [from, to])])].sort(
    (a, b) => a - b,
  );
  const ys = new Map<number, number>();
  const frees: { readonly y: number; readonly height: number; readonly size: number }[] = [];
  let y = top + HEADER;
  for (const [i, edge] of edges.entries()) {
    ys.set(edge, y);
    if (i === edges.length - 1) break;
    lines.push({
      ...{ style: 'address', x: GAUGE_X - 8, y: y + 12, width: GAUGE_X - MARGIN, end: true },
      text: hex(block.da + BigInt(edge)),
    });
    const size = edges[i + 1] - edge;
    const height = stretch(size);
    const taken = pieces.some(({ from, to }) => from <= edge && to > edge);
    if (!taken) frees.push({ y, height, size });
    y += height;
  }
  const left = block.pieces.length - pieces.length;
  const end = y + (left > 0 ? ROW : 0) + 8;
  boxes.push({
    ...{
      column: 'blocks',
      style: 'block',
      x: BLOCK_X,
      y: top,
      width: BLOCK_WIDTH,
      height: end - top,
      label: null,
    },
  });
  headLines(block, top, lines);
  const lanesWidth = BLOCK_X + BLOCK_WIDTH - 10 - LANES_X;
  for (const { y: at, height, size } of frees) {
    const where = { x: LANES_X, y: at + 1, width: lanesWidth, height: height - 2 };
    boxes.push({ column: 'free', style: 'free', ...where, label: `free ${readableSize(size)}` });
  }
  const segments = pieces.filter(({ kind }) => kind === 'segment');
  const others = pieces.filter(({ kind }) => kind !== 'segment');
  // Segments that overlap are rare, and worth twice the room.
  const segmentsWidth = segments.some((one, i) => segments.slice(i + 1).some((two) => overlap(one, two)))
    ? 2 * SEGMENTS_WIDTH
    : SEGMENTS_WIDTH;
  const othersX = segments.length > 0 ? LANES_X + segmentsWidth + LANE_GAP : LANES_X;
  const hidden =
    layOutLanes(segments, LANES_X, others.length > 0 ? segmentsWidth : lanesWidth, 'segments', ys, boxes) +
    layOutLanes(others, othersX, LANES_X + lanesWidth - othersX, 'contents', ys, boxes);
  if (left + hidden > 0) {
    lines.push({
      ...{ style: 'bad', x: BLOCK_X + BLOCK_WIDTH - 10, y: top + 32, width: 200, end: true },
      text: `${left + hidden} more are not drawn`,
    });
  }
  gauge(block, pieces, top, end - top, boxes);
  return end;
}

function headLines({ name, use, da, pa, size, aliasOf, pieces }: Block, top: number, lines: Line[]): void {
  const last = hex(da + BigInt(size) - 1n);
  const physical = pa === null ? '' : ` · pa ${hex(pa)}`;
  const used = covered(pieces).reduce((sum, { from, to }) => sum + to - from, 0);
  const percent = ((100 * used) / size).toFixed(1);
  const fill = `${readableSize(used)} taken (${percent} %), ${readableSize(size - used)} free`;
  const left = { x: BLOCK_X + 10, end: false };
  lines.push({ style: 'name', y: top + 17, text: `${name}${use && ` · ${use}`}`, width: 230, ...left });
  lines.push({
    ...{ style: 'note', x: BLOCK_X + BLOCK_WIDTH - 10, y: top + 17, width: BLOCK_WIDTH - 260, end: true },
    text: `da ${hex(da)} – ${last}${physical} · ${readableSize(size)}`,
  });
  const other = aliasOf === null ? '' : `; the same memory as ${aliasOf}`;
  lines.push({ style: 'note', y: top + 32, text: `${fill}${other}`, width: BLOCK_WIDTH - 230, ...left });
}

/** Side by side where addresses overlap; returns how many found no lane. */
function layOutLanes(
  pieces: readonly Piece[],
  x: number,
  width: number,
  column: string,
  ys: ReadonlyMap<number, number>,
  boxes: Box[],
): number {
  const ends: number[] = [];
  const placed: { readonly piece: Piece; readonly lane: number }[] = [];
  for (const piece of [...pieces].sort((a, b) => a.from - b.from || b.to - a.to)) {
    let lane = ends.findIndex((end) => end <= piece.from);
    if (lane < 0 && ends.length < MAX_LANES) lane = ends.length;
    if (lane < 0) continue;
    ends[lane] = piece.to;
    placed.push({ piece, lane });
  }
  const each = (width - LANE_GAP * (ends.length - 1)) / Math.max(1, ends.length);
  for (const { piece, lane } of placed) {
    const y = ys.get(piece.from)! + 1;
    const style = [piece.kind, piece.loose ? 'loose' : '', piece.bad ? 'bad' : ''].filter(Boolean).join(' ');
    boxes.push({
      ...{ column: `${column} ${lane}`, style, x: x + lane * (each + LANE_GAP), y },
      ...{ width: each, height: ys.get(piece.to)! - 1 - y, label: piece.label },
    });
  }
  return pieces.length - placed.length;
}

function overlap(a: Piece, b: Piece): boolean {
  return a.from < b.to && b.from < a.to;
}

/** How full the block is, to scale; at least a unit high where anything is. */
function gauge(block: Block, pieces: readonly Piece[], top: number, height: number, boxes: Box[]): void {
  const at = { x: GAUGE_X, width: GAUGE_WIDTH, label: null };
  boxes.push({ column: 'gauges', style: 'gauge', y: top, height, ...at });
  let end = top;
  for (const { from, to } of covered(pieces)) {
    const y = Math.max(end, Math.min(top + height - 1, top + (height * from) / block.size));
    const stop = Math.min(top + height, Math.max(y + 1, top + (height * to) / block.size));
    if (stop <= y) continue;
    boxes.push({ column: 'levels', style: 'level', y, height: stop - y, ...at });
    end = stop;
  }
}

/** The stretches that pieces cover, in order, without overlap; wishes and what is refused take nothing. */
function covered(pieces: readonly Piece[]): { from: number; to: number }[] {
  const joined: { from: number; to: number }[] = [];
  for (const { from, to } of pieces.filter(({ bad }) => !bad).sort((a, b) => a.from - b.from)) {
    const last = joined.at(-1);
    if (last && from <= last.to) last.to = Math.max(last.to, to);
    else joined.push({ from, to });
  }
  return joined;
}

/** Height of `size` bytes: a row up to 1 KiB, then four units for each doubling, up to three rows. */
function stretch(size: number): number {
  const doublings = Math.max(0, Math.floor(size).toString(2).length - 11);
  return ROW + Math.min(2 * ROW, 4 * doublings);
}
