/** Messages of bundling, linking and writing images: RP2xxx. */
import type { ProblemError } from '../../runtime/abi/problem.js';
import { fail } from './fail.js';

export function linkFailed(linker: string, output: string): ProblemError {
  return fail({
    code: 'RP2001',
    what: `${linker} could not link the firmware`,
    linux: 'there is no image to boot',
    fix: 'read the linker output below; a region that is too small is the usual cause',
    detail: output,
    exit: 1,
  });
}

export function linkerMissing(linker: string, reason: string): ProblemError {
  return fail({
    code: 'RP2002',
    what: `the linker ${linker} cannot be started: ${reason}`,
    fix: 'install it, give its path, or leave --linker out to use the bundled LLD',
    exit: 2,
  });
}

export function badObject(reason: string): ProblemError {
  return fail({
    code: 'RP2003',
    what: `the object file cannot be written: ${reason}`,
    fix: 'correct the section, symbol or relocation that is named',
    exit: 1,
  });
}

export function badLinkName(name: string): ProblemError {
  return fail({
    code: 'RP2004',
    what: `"${name}" cannot name an object file of a link`,
    fix: 'use each name once, made of letters, digits, "_", "-" and ".", not starting with "-" or "."',
    exit: 2,
  });
}

export function badMemoryMap(
  board: string,
  reason: { code: string; message: string; fix: string },
): ProblemError {
  return fail({
    code: 'RP2005',
    what: `the memory of board ${board} cannot become a linker script (${reason.code}): ${reason.message}`,
    fix: reason.fix,
    exit: 2,
  });
}

export function bundleFailed(name: string, logs: readonly string[]): ProblemError {
  return fail({
    code: 'RP2010',
    what: `${name} does not compile; nothing was written`,
    fix: 'correct what the compiler names',
    detail: logs.join('\n\n'),
    exit: 1,
  });
}

export function stripWithSources(): ProblemError {
  return fail({
    code: 'RP2020',
    what: 'an image cannot be stripped and carry its sources',
    fix: 'leave out --strip or --sources; --strip alone also drops sources that the configuration asks for',
    exit: 2,
  });
}

/** @param option what names the file on the command line */
export function cannotWrite(path: string, dir: string, reason: string, option: string): ProblemError {
  return fail({
    code: 'RP2011',
    what: `${path} cannot be written: ${reason}`,
    fix: `check that ${dir} exists and is writable, or name another file with ${option}`,
    exit: 2,
  });
}
