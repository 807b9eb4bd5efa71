import {
  areasTooLarge,
  badAlign,
  badAreaSize,
  badAttributes,
  badFlags,
  badInclude,
  badName,
  badRange,
  badText,
  duplicateName,
  emptyMap,
  overlap,
  restNotLast,
  unknownIncludePlace,
  unknownRegion,
} from './errors.js';
import {
  AREA_ALIGN,
  areaSymbols,
  identifier,
  type MapRegion,
  type MapSection,
  type MemoryMap,
  noteName,
  usableLength,
} from './memory-map.js';

const LIMIT = 0x100000000;
const SECTION_NAME = /^[A-Za-z_.$][\w.$-]*$/;
const SYMBOL_NAME = /^(?!\.$)[A-Za-z_.$][\w.$]*$/;
const FILE = /^[\w.$*?[\]/-]+(:[\w.$*?[\]-]+)?$/;
const PATTERN = /^[\w.$*?[\]-]+( [\w.$*?[\]-]+)*$/;

/** Throws LinkerScriptError for the first thing that no script can be made of. */
export function validateMemoryMap(map: MemoryMap): void {
  if (map.regions.length === 0) throw emptyMap('regions');
  if (map.sections.length === 0) throw emptyMap('sections');
  validateRegions(map.regions);
  const regions = new Set(map.regions.map((region) => region.name));
  const sections = new Set<string>();
  for (const section of map.sections) {
    unique('section', section.name, sections, SECTION_NAME);
    if (!regions.has(section.region)) {
      throw unknownRegion(`section ${section.name}`, section.region, [...regions].join(', '));
    }
    validateSection(section);
  }
  for (const name of [...map.nonAlloc, ...map.notes.map(noteName)]) {
    unique('section', name, sections, SECTION_NAME);
  }
  for (const note of map.notes) {
    if (typeof note !== 'string' && !PATTERN.test(note.pattern))
      throw badName('section pattern', note.pattern);
  }
  validateAreas(map);
  validateIncludes(map);
  validateSymbols(map);
  for (const { condition, message } of map.asserts) {
    if (!isExpression(condition)) throw badText('an assert', condition);
    if (/["\n]/.test(message)) throw badText('the message of an assert', message);
  }
}

function validateRegions(regions: readonly MapRegion[]): void {
  const spelled = new Map<string, string>();
  for (const region of regions) {
    const { name, origin, length, attributes } = region;
    if (name === '') throw badName('region', name);
    const other = spelled.get(identifier(name));
    if (other !== undefined) throw duplicateName('region', name, other);
    spelled.set(identifier(name), name);
    const whole = Number.isInteger(origin) && Number.isInteger(length);
    if (!whole || origin < 0 || length < 1 || origin + length > LIMIT) throw badRange(name, origin, length);
    if (!isFlagSet(attributes)) throw badAttributes(name, attributes);
  }
  const sorted = [...regions].sort((a, b) => a.origin - b.origin);
  for (let i = 1; i < sorted.length; i++) {
    if (sorted[i - 1].origin + sorted[i - 1].length > sorted[i].origin) {
      throw overlap(sorted[i].name, sorted[i - 1].name);
    }
  }
}

function validateSection({ name, align, inputs, segment }: MapSection): void {
  if (!isAlign(align)) throw badAlign(`section ${name}`, align);
  if (!isFlagSet(segment.flags)) throw badFlags(name, segment.flags);
  for (const input of inputs) {
    if (!PATTERN.test(input.pattern)) throw badName('section pattern', input.pattern);
    if (input.file !== undefined && !FILE.test(input.file)) throw badName('file pattern', input.file);
    if (input.align !== undefined && !isAlign(input.align)) {
      throw badAlign(`${input.pattern} in ${name}`, input.align);
    }
  }
}

function validateAreas(map: MemoryMap): void {
  const { areas = [], regions } = map;
  for (const area of areas) {
    const { name, region, size, min = 0, align = AREA_ALIGN } = area;
    if (!/^\w+$/.test(name)) throw badName('area', name);
    if (!regions.some((one) => one.name === region)) {
      throw unknownRegion(`area ${name}`, region, regions.map((one) => one.name).join(', '));
    }
    if (!isAlign(align)) throw badAlign(`area ${name}`, align);
    if (size !== 'rest' && (!Number.isInteger(size) || size < 1)) throw badAreaSize(name, size);
    if (!Number.isInteger(min) || min < 0) throw badAreaSize(name, min);
  }
  for (const region of regions) {
    // As the script computes it, but for the sections, whose sizes only the linker knows.
    const limit = region.origin + usableLength(map, region);
    let low = region.origin;
    let high = limit;
    const here = areas.filter((area) => area.region === region.name);
    const last = here.filter(({ at }) => at !== 'region-end').at(-1);
    for (const area of here) {
      const { name, align = AREA_ALIGN, at } = area;
      if (area.size === 'rest' && area !== last) throw restNotLast(name, region.name);
      const size = area.size === 'rest' ? 0 : area.size;
      if (at === 'region-end') high = Math.floor((high - size) / align) * align;
      else low = Math.ceil(low / align) * align + size;
      if (low > high) throw areasTooLarge(region.name, name, limit - region.origin);
    }
  }
}

function validateIncludes({ includes = [], sections }: MemoryMap): void {
  for (const { file, at } of includes) {
    if (!/^[\w.-]+(\/[\w.-]+)*$/.test(file) || file.startsWith('-')) throw badInclude(file);
    if (typeof at === 'object' && !sections.some(({ name }) => name === at.section)) {
      throw unknownIncludePlace(file, at.section);
    }
  }
}

function validateSymbols(map: MemoryMap): void {
  if (!SYMBOL_NAME.test(map.entry)) throw badName('symbol', map.entry);
  const seen = new Set<string>();
  const define = (name: string | undefined) => {
    if (name !== undefined) unique('symbol', name, seen, SYMBOL_NAME);
  };
  for (const { name, value } of map.symbols) {
    define(name);
    if (
      typeof value === 'number'
        ? !Number.isInteger(value) || value < 0 || value >= LIMIT
        : !isExpression(value)
    ) {
      throw badText(`the value of ${name}`, String(value));
    }
  }
  for (const section of map.sections) {
    define(section.start);
    for (const input of section.inputs) {
      define(input.start);
      define(input.end);
    }
    define(section.end);
  }
  for (const area of map.areas ?? []) {
    define(areaSymbols(area).start);
    define(areaSymbols(area).end);
  }
}

function isExpression(text: string): boolean {
  return text.trim() !== '' && !/["{};\n]|\/\*|\*\//.test(text);
}

function unique(kind: string, name: string, seen: Set<string>, pattern: RegExp): void {
  if (!pattern.test(name)) throw badName(kind, name);
  if (seen.has(name)) throw duplicateName(kind, name);
  seen.add(name);
}

function isFlagSet(flags: string): boolean {
  return /^[rwx]*$/.test(flags) && new Set(flags).size === flags.length;
}

function isAlign(align: number): boolean {
  return Number.isInteger(align) && align > 0 && align <= 2 ** 31 && Number.isInteger(Math.log2(align));
}
