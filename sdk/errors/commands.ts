/** Messages of the command line: RP4xxx. */
import type { ProblemError } from '../../runtime/abi/problem.js';
import { fail } from './fail.js';

export function fileMissing(file: string, reason: string): ProblemError {
  return fail({
    code: 'RP4001',
    what: `${file} cannot be read: ${reason}`,
    fix: 'name an existing file',
    exit: 2,
  });
}

export function boardNotNamed(file: string, known: readonly string[]): ProblemError {
  return fail({
    code: 'RP4002',
    what: `${file} does not say which board it is for`,
    linux: 'cannot tell either: an image for another processor loads happily',
    fix: `name it with --board: ${known.join(', ')}`,
    exit: 2,
  });
}

export function noTests(dir: string): ProblemError {
  return fail({
    code: 'RP4003',
    what: `no test files (*.test.ts) in ${dir}`,
    fix: 'write a uvu test that boots the image with boot() from rproc-sdk/test',
    exit: 2,
  });
}

export function pictureIsImage(file: string): ProblemError {
  return fail({
    code: 'RP4020',
    what: `--svg names the image itself, ${file}`,
    fix: 'name another file for the picture',
    exit: 2,
  });
}
