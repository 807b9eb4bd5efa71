/** Every message of linker-script-gen. Codes are stable. */

/** A memory map that no linker script can be made of. */
export class LinkerScriptError extends Error {
  /** Stable, `LD001` and up. */
  readonly code: string;
  readonly fix: string;

  constructor(code: string, message: string, fix: string) {
    super(message);
    this.name = 'LinkerScriptError';
    this.code = code;
    this.fix = fix;
  }
}

export function emptyMap(what: string): LinkerScriptError {
  return new LinkerScriptError('LD001', `the memory map has no ${what}`, `add at least one of the ${what}`);
}

export function badName(kind: string, name: string): LinkerScriptError {
  return new LinkerScriptError(
    'LD002',
    `"${name}" cannot be the name of a ${kind}`,
    'use letters, digits, "_", "." and "$", and start with a letter, "_" or "."',
  );
}

export function duplicateName(kind: string, name: string, other = name): LinkerScriptError {
  return new LinkerScriptError(
    'LD003',
    other === name
      ? `two ${kind}s are named ${name}`
      : `the ${kind}s ${other} and ${name} get the same name in the script`,
    `give every ${kind} a name of its own`,
  );
}

export function unknownRegion(what: string, region: string, known: string): LinkerScriptError {
  return new LinkerScriptError(
    'LD004',
    `${what} is placed in ${region}, which is no region`,
    `name one of: ${known}`,
  );
}

export function badAlign(where: string, align: number): LinkerScriptError {
  return new LinkerScriptError(
    'LD005',
    `${where} is aligned to ${align}`,
    'give a power of two from 1 to 2147483648, in bytes',
  );
}

export function badRange(region: string, origin: number, length: number): LinkerScriptError {
  return new LinkerScriptError(
    'LD006',
    `region ${region} (origin ${origin}, length ${length}) is not a range of 32-bit addresses`,
    'give whole numbers, a length of at least 1, and an end of at most 0x100000000',
  );
}

export function overlap(region: string, other: string): LinkerScriptError {
  return new LinkerScriptError(
    'LD007',
    `the regions ${other} and ${region} overlap`,
    'shorten or move one of them; regions may touch, not share bytes',
  );
}

export function badAttributes(region: string, attributes: string): LinkerScriptError {
  return new LinkerScriptError(
    'LD008',
    `region ${region} has the attributes "${attributes}"`,
    'use each of r, w and x at most once',
  );
}

export function badFlags(section: string, flags: string): LinkerScriptError {
  return new LinkerScriptError(
    'LD009',
    `the segment of section ${section} has the flags "${flags}"`,
    'use each of r, w and x at most once',
  );
}

export function badText(where: string, text: string): LinkerScriptError {
  return new LinkerScriptError(
    'LD010',
    `${where} holds text that would end its statement: ${JSON.stringify(text)}`,
    'leave out quotes, semicolons, braces, comment marks and line breaks',
  );
}

export function badInclude(file: string): LinkerScriptError {
  return new LinkerScriptError(
    'LD011',
    `${JSON.stringify(file)} cannot be named in an INCLUDE`,
    'give a relative path of letters, digits, "_", "-", "." and "/"',
  );
}

export function unknownIncludePlace(file: string, section: string): LinkerScriptError {
  return new LinkerScriptError(
    'LD012',
    `${file} is included in section ${section}, which the map does not have`,
    'name a section of the map, or one of the places start, memory, sections and end',
  );
}

export function badAreaSize(area: string, size: number): LinkerScriptError {
  return new LinkerScriptError(
    'LD013',
    `the area ${area} has a size of ${size}`,
    'give a whole number of bytes, at least 1',
  );
}

export function areasTooLarge(region: string, area: string, usable: number): LinkerScriptError {
  return new LinkerScriptError(
    'LD014',
    `the areas of region ${region}, up to ${area}, do not fit its ${usable} usable bytes`,
    'make them smaller, or place one of them in another region',
  );
}

export function restNotLast(area: string, region: string): LinkerScriptError {
  return new LinkerScriptError(
    'LD015',
    `the area ${area} is the rest of region ${region}, but not the last area behind its sections`,
    'give one area of a region the size rest, list it last, and leave out at: region-end',
  );
}
