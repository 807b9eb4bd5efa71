/** Messages about declarations and configurations: RP1xxx. */
import type { Problem, ProblemError } from '../../runtime/abi/problem.js';
import { fail } from './fail.js';

export function configMissing(file: string): ProblemError {
  return fail({
    code: 'RP1001',
    what: `${file} does not exist`,
    fix: 'name the folder of a firmware project; its firmware.config.ts exports defineFirmware({ ... })',
    exit: 2,
  });
}

export function configFailed(file: string, error: unknown): ProblemError {
  const reason = error instanceof Error ? error.message : String(error);
  return fail({
    code: 'RP1002',
    what: `${file} cannot be loaded: ${reason.split('\n')[0]}`,
    where: placeIn(file, error),
    fix: 'correct the configuration; it is an ES module whose default export is defineFirmware({ ... })',
    exit: 2,
  });
}

/** Where in `file` an error came from, as its message or its stack says; the file itself when neither does. */

function placeIn(file: string, error: unknown): string {
  const { message = '', stack = '' } = error instanceof Error ? error : {};
  for (const text of [message, stack]) {
    const at = text.indexOf(`${file}:`);
    const match = at < 0 ? null : /^:(\d+)/.exec(text.slice(at + file.length));
    // Only the line: the column is that of the transpiled text.
    if (match) return `${file}:${match[1]}`;
  }
  return file;
}

export function badField(field: string, reason: string, where: string): Problem {
  return {
    code: 'RP1003',
    what: `${field}: ${reason}`,
    where,
    fix: 'export default defineFirmware({ name, board, entry, resources: [trace(), rpmsgVdev()] })',
    exit: 2,
  };
}

export function notDeclared(where: string): ProblemError {
  return fail({
    code: 'RP1016',
    what: 'the default export is not a firmware declaration',
    where,
    fix: 'export default defineFirmware({ name, board, entry, resources: [trace(), rpmsgVdev()] })',
    exit: 2,
  });
}

export function unknownBoard(
  name: string,
  known: readonly string[],
  where: string | undefined,
): ProblemError {
  return fail({
    code: 'RP1004',
    what: `there is no board "${name}"`,
    where,
    fix: `use one of ${known.join(', ')} (rproc boards describes them), or define your own with defineBoard`,
    exit: 2,
  });
}

export function entryMissing(entry: string, where: string): Problem {
  return {
    code: 'RP1005',
    what: `the entry ${entry} does not exist`,
    where,
    fix: "entry is the path of the program's first file, relative to firmware.config.ts",
    exit: 2,
  };
}

export function duplicateName(name: string, where: string | undefined, other: string | undefined): Problem {
  return {
    code: 'RP1006',
    what: `two resources are named "${name}"`,
    where,
    linux: 'refuses a second carveout of the same name (errno -12) and cannot tell other entries apart',
    fix: `give one of them another name; the first is at ${other ?? 'an unknown place'}`,
    exit: 2,
  };
}

export function nameTooLong(name: string, size: number, where: string | undefined): Problem {
  return {
    code: 'RP1007',
    what: `the name "${name}" has ${size} bytes`,
    where,
    linux: 'reads a name as 32 bytes with its NUL, so it would see another name',
    fix: 'shorten it to at most 31 bytes',
    exit: 2,
  };
}

export function nameUnusable(name: string, where: string | undefined): Problem {
  return {
    code: 'RP1008',
    what: `"${name}" cannot name a resource`,
    where,
    linux: 'passes names through its printf formatter, where % has a meaning, and ends them at a NUL',
    fix: 'use a name of 1 to 31 bytes without % and NUL',
    exit: 2,
  };
}
