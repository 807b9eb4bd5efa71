/** An image as a picture: SVG without scripts or fonts of its own, the same bytes for the same image. */
import type { BoardPlacement } from '../board/placement.js';
import type { Inspection } from '../inspection.js';
import { boardPicture, type Picture, type PieceKind, segmentPicture } from './blocks.js';
import { type Box, type Line, layOut, WIDTH } from './layout.js';
import { STYLE } from './style.js';
import { clip, xmlText } from './text.js';

const MARGIN = 20;
const FONT = 11;
const TITLE_FONT = 16;
/** Baseline of a label below its box's top. */
const LABEL = 14;

const legend: { readonly [kind in PieceKind]: string } = {
  segment: 'segment',
  table: 'resource table',
  app: 'program',
  trace: 'trace buffer',
  carveout: 'carveout',
  ring: 'vring',
  buffers: 'buffers',
};

/**
 * The image in the memory of its board, or its segments alone when `placement` is null.
 * @returns an SVG document
 */
export function drawImage(inspection: Inspection, placement: BoardPlacement | null): string {
  const picture = placement ? boardPicture(placement) : segmentPicture(inspection);
  const title = `${inspection.file.split(/[\\/]/).at(-1)} ${placement ? `on ${placement.board}` : '(no board)'}`;
  const { machine, class: elfClass, entry } = inspection.header;
  const about = `${elfClass} ${machine}, ${inspection.size} bytes, entry ${entry}. Addresses grow downwards; heights are not to scale, the bars on the left are.`;
  const key = legendItems(picture);
  const { width, height, boxes, lines } = layOut(picture, 62 + 20 * key.rows + 14);
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${shown(height)}" viewBox="0 0 ${width} ${shown(height)}" role="img" aria-labelledby="rproc-title rproc-desc">`,
    `<title id="rproc-title">${xmlText(title)}</title>`,
    `<desc id="rproc-desc">${xmlText(`Memory map. ${about}`)}</desc>`,
    `<style>${STYLE}</style>`,
    `<rect class="paper" x="0" y="0" width="${width}" height="${shown(height)}"/>`,
    `<text class="title" x="${MARGIN}" y="32">${xmlText(clip(title, width - 2 * MARGIN, TITLE_FONT))}</text>`,
    `<text class="note" x="${MARGIN}" y="50">${xmlText(clip(about, width - 2 * MARGIN, FONT))}</text>`,
    ...key.items,
    ...boxes.map(box),
    ...lines.map(line),
    '</svg>',
  ];
  return `${parts.join('\n')}\n`;
}

/** One swatch for each kind that occurs. */
function legendItems({ blocks, outside }: Picture): { items: string[]; rows: number } {
  const pieces = blocks.flatMap((block) => block.pieces);
  const kinds = new Set([...pieces, ...outside].map(({ kind }) => kind));
  const entries = (Object.keys(legend) as PieceKind[])
    .filter((kind) => kinds.has(kind))
    .map((kind): [string, string] => [kind, legend[kind]]);
  if (pieces.some(({ loose }) => loose)) entries.push(['block loose', 'placed by Linux']);
  if ([...pieces, ...outside].some(({ bad }) => bad)) entries.push(['bad', 'refused']);
  entries.push(['free', 'free']);
  const items: string[] = [];
  let x = MARGIN;
  let row = 0;
  for (const [style, text] of entries) {
    const needed = 22 + text.length * FONT * 0.61 + 12;
    if (x + needed > WIDTH - MARGIN) {
      x = MARGIN;
      row++;
    }
    const y = 62 + 20 * row;
    items.push(
      `<rect class="${style}" data-column="legend" x="${shown(x)}" y="${y}" width="16" height="12"/>`,
      `<text class="label" x="${shown(x + 22)}" y="${y + 10}">${text}</text>`,
    );
    x += needed;
  }
  return { items, rows: row + 1 };
}

function box({ column, style, x, y, width, height, label }: Box): string {
  const place = `x="${shown(x)}" y="${shown(y)}" width="${shown(width)}" height="${shown(height)}"`;
  const rect = `class="${style}" data-column="${column}" ${place}`;
  if (label === null) return `<rect ${rect}/>`;
  const text = xmlText(clip(label, width - 12, FONT));
  // The whole label, where it was cut.
  return `<g><title>${xmlText(label)}</title><rect ${rect}/><text class="label" x="${shown(x + 6)}" y="${shown(y + LABEL)}">${text}</text></g>`;
}

function line({ style, x, y, text, width, end }: Line): string {
  const anchor = end ? ' text-anchor="end"' : '';
  return `<text class="${style}" x="${shown(x)}" y="${shown(y)}"${anchor}>${xmlText(clip(text, width, FONT))}</text>`;
}

/** At most two digits behind the point. */
function shown(value: number): string {
  return String(Math.round(value * 100) / 100);
}
