/** Areas, and the asserts that hold sections and areas to their regions. */
import {
  AREA_ALIGN,
  areaSymbols,
  identifier,
  type MapArea,
  type MapRegion,
  type MemoryMap,
  usableLength,
} from './memory-map.js';
import { comment, hex, readableSize } from './text.js';

/** Symbols of stack, heap and the like; behind SECTIONS, where the sections' ends are known. */
export function areaLines(map: MemoryMap): string {
  return map.regions
    .flatMap((region) => {
      let low = sectionsEnd(map, region);
      let high = limit(map, region);
      const areas = areasOf(map, region);
      // A rest ends where the areas at the region's end start, whose symbols must be known by then.
      const ordered = [
        ...areas.filter(({ size }) => size !== 'rest'),
        ...areas.filter(({ size }) => size === 'rest'),
      ];
      return ordered.map((area) => {
        const { size, align = AREA_ALIGN, at } = area;
        const { start, end } = areaSymbols(area);
        if (size === 'rest') {
          return `${areaComment(area)}\n${start} = ALIGN(${low}, ${align});\n${end} = ${high};\n`;
        }
        const down = `(${high} - ${hex(size)}) & ~${hex(align - 1)}`;
        const first = at === 'region-end' ? down : `ALIGN(${low}, ${align})`;
        if (at === 'region-end') high = start;
        else low = end;
        return `${areaComment(area)}\n${start} = ${first};\n${end} = ${start} + ${hex(size)};\n`;
      });
    })
    .join('');
}

export function assertLines(map: MemoryMap): string {
  const parts = map.regions.flatMap((region) => [...sectionLimits(map, region), ...areaLimits(map, region)]);
  for (const { condition, message } of map.asserts) parts.push(assertion(condition, message));
  return parts.join('');
}

function sectionLimits(map: MemoryMap, region: MapRegion): string[] {
  const spelled = identifier(region.name);
  const free = usableLength(map, region) < region.length ? ' and leave its last byte free' : '';
  return map.sections
    .filter((section) => section.region === region.name)
    .flatMap(({ name }) => {
      // Nothing lies in an absent section; only then its address is outside the region.
      const end = `ADDR(${name}) - ORIGIN(${spelled}) + SIZEOF(${name})`;
      const absent = `SIZEOF(${name}) == 0`;
      return [
        assertion(
          `${absent} || ${end} <= ${lengthOf(map, region)}`,
          `${name} does not fit region ${spelled} (${readableSize(region.length)})${free}`,
        ),
        assertion(`${absent} || LOADADDR(${name}) == ADDR(${name})`, `${name} is not loaded where it runs`),
      ];
    });
}

/** What grows up must end below what lies at the region's end. Areas at the end hold by themselves. */
function areaLimits(map: MemoryMap, region: MapRegion): string[] {
  const areas = areasOf(map, region);
  if (areas.length === 0) return [];
  const behind = areas.filter(({ at }) => at !== 'region-end').at(-1);
  const lowest = areas.filter(({ at }) => at === 'region-end').at(-1);
  const rest = behind?.size === 'rest' ? areaSymbols(behind) : undefined;
  const end = behind ? areaSymbols(behind).end : sectionsEnd(map, region);
  const bound = lowest ? areaSymbols(lowest).start : limit(map, region);
  const names = areas.map(({ name }) => name).join(', ');
  return [
    assertion(
      rest ? `${rest.start} + ${hex(behind?.min ?? 0)} <= ${rest.end}` : `${end} <= ${bound}`,
      `no room for ${names} behind the sections of ${identifier(region.name)}`,
    ),
  ];
}

function areasOf({ areas = [] }: MemoryMap, region: MapRegion): MapArea[] {
  return areas.filter((area) => area.region === region.name);
}

function lengthOf(map: MemoryMap, region: MapRegion): string {
  const less = region.length - usableLength(map, region);
  return `LENGTH(${identifier(region.name)})` + (less > 0 ? ` - ${less}` : '');
}

function limit(map: MemoryMap, region: MapRegion): string {
  return `ORIGIN(${identifier(region.name)}) + ${lengthOf(map, region)}`;
}

/** The first address behind the sections of `region`: the largest end, as absent sections have no address. */
function sectionsEnd({ sections }: MemoryMap, { name: region }: MapRegion): string {
  const ends = sections
    .filter((section) => section.region === region)
    .map(({ name }) => `(SIZEOF(${name}) == 0 ? 0 : ADDR(${name}) + SIZEOF(${name}))`);
  return [`ORIGIN(${identifier(region)})`, ...ends].reduceRight((rest, one) => `MAX(${one},\n  ${rest})`);
}

function areaComment({ name, size, region, comment: text }: MapArea): string {
  const more = text ? `; ${comment(text)}` : '';
  const bytes = size === 'rest' ? 'the rest' : readableSize(size);
  return `/* ${name}, ${bytes} of ${identifier(region)}, no bytes in the file${more} */`;
}

function assertion(condition: string, message: string): string {
  return `ASSERT(${condition},\n       "${message}")\n`;
}
