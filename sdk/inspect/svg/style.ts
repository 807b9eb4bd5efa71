/** Colours of the pictures, for light and dark surroundings. */

interface Colours {
  readonly [name: string]: readonly [fill: string, stroke: string];
}

const light: Colours = {
  paper: ['#ffffff', 'none'],
  block: ['#f6f7f9', '#8a93a0'],
  free: ['none', '#c3c9d1'],
  gauge: ['#e4e7eb', 'none'],
  level: ['#4a5563', 'none'],
  segment: ['#cfe0fb', '#3b6fc4'],
  table: ['#fde3b4', '#b7791f'],
  app: ['#c9ecd4', '#2f855a'],
  trace: ['#e6d8f7', '#7b4fb3'],
  carveout: ['#d5ecef', '#287c8c'],
  ring: ['#fbd6e6', '#b83a72'],
  buffers: ['#f7e0d2', '#b0602f'],
  bad: ['#ffd9d6', '#c62828'],
};

const dark: Colours = {
  paper: ['#14181d', 'none'],
  block: ['#1d232b', '#6b7684'],
  free: ['none', '#47505c'],
  gauge: ['#2a323c', 'none'],
  level: ['#b4bfcc', 'none'],
  segment: ['#1f3a66', '#7aa7ee'],
  table: ['#57400f', '#e0b050'],
  app: ['#1b4a30', '#6cc592'],
  trace: ['#41296a', '#b996e8'],
  carveout: ['#16454d', '#6cc0ce'],
  ring: ['#5c1f3c', '#ee8bb5'],
  buffers: ['#55301a', '#e39a6c'],
  bad: ['#5b1d1b', '#ff8a80'],
};

function rules(colours: Colours, text: string, muted: string, bad: string): string {
  const boxes = Object.entries(colours).map(
    ([name, [fill, stroke]]) => `rect.${name}{fill:${fill};stroke:${stroke}}`,
  );
  return `${boxes.join('')}text{fill:${text}}text.note,text.address{fill:${muted}}text.bad{fill:${bad}}`;
}

/** Everything that a picture needs; generic fonts only. */
export const STYLE = [
  'text{font:11px ui-monospace,"DejaVu Sans Mono",Menlo,Consolas,monospace}',
  'text.title{font-size:16px;font-weight:bold}text.name{font-weight:bold}',
  'rect{stroke-width:1}rect.free{stroke-dasharray:2 3}',
  rules(light, '#1b2430', '#55606e', '#b71c1c'),
  `@media (prefers-color-scheme:dark){${rules(dark, '#e8edf3', '#a6b1be', '#ff9d94')}}`,
  'rect.loose{stroke-dasharray:5 3}rect.bad{stroke-width:2}',
].join('');
