/** Sections and regions that a firmware asks for by name. */
import { RegionUse, regionsFor } from '../../../boards/board.js';
import {
  SECTION_APP,
  SECTION_NOTE,
  SECTION_SOURCEMAP,
  SECTION_TABLE,
  SECTION_TRACE,
} from '../../../runtime/abi/app.js';
import type { Problem } from '../../../runtime/abi/problem.js';
import * as errors from '../../errors.js';
import type { Firmware } from '../firmware.js';
import type { SectionDeclaration } from '../section.js';
import { isPowerOfTwo, isWord } from './numbers.js';

const TAKEN = [SECTION_TABLE, SECTION_APP, SECTION_TRACE, SECTION_SOURCEMAP, SECTION_NOTE];

export function checkPlacement({ board, placement, resources, sections, where }: Firmware): Problem[] {
  const usable = regionsFor(board, RegionUse.image).map(({ name }) => name);
  const checkRegion = (what: string, region: string | undefined, at: string | undefined): Problem[] =>
    region === undefined || usable.includes(region)
      ? []
      : [errors.notAnImageRegion(what, region, usable, board.name, at)];
  const problems = [
    ...checkRegion('the resource table', placement.table, where),
    ...checkRegion('the program', placement.app, where),
    ...checkRegion('the data', placement.data, where),
    ...checkRegion('the vectors', placement.vectors, where),
  ];
  for (const resource of resources) {
    if (resource.kind !== 'trace') continue;
    problems.push(...checkRegion(`the trace buffer "${resource.name}"`, resource.region, resource.where));
  }
  for (const [i, section] of sections.entries()) {
    const twice = sections.findIndex(({ name }) => name === section.name) < i;
    problems.push(...checkSection(section, twice));
    problems.push(...checkRegion(`the section "${section.name}"`, section.region, section.where));
  }
  return problems;
}

function checkSection(section: SectionDeclaration, twice: boolean): Problem[] {
  const { name, align, data, file, size, where } = section;
  const problems: Problem[] = [];
  if (!/^\.[A-Za-z_][\w.]*$/.test(name)) {
    problems.push(errors.sectionName(name, 'linkers could not tell it from something else', where));
  } else if (
    TAKEN.some((taken) => name === taken || name.startsWith(`${taken}.`)) ||
    /^\.note|^\.rproc/.test(name)
  ) {
    problems.push(errors.sectionName(name, 'the SDK itself uses such names', where));
  } else if (twice) {
    problems.push(errors.sectionName(name, 'another section has it', where));
  }
  if (!isPowerOfTwo(align) || align > 65536) {
    problems.push(errors.sectionContent(name, `is aligned to ${align} bytes`, where));
  }
  const given = [data, file, size].filter((content) => content !== undefined).length;
  if (given !== 1) problems.push(errors.sectionContent(name, `has ${given} contents`, where));
  if (data?.length === 0 || (size !== undefined && (!isWord(size) || size === 0))) {
    problems.push(errors.sectionContent(name, 'has no bytes', where));
  }
  return problems;
}
