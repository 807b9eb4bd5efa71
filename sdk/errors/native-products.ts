/** Messages of the parts of native images and of the bytecode compiler: RP204x. */
import type { ProblemError } from '../../runtime/abi/problem.js';
import { fail } from './fail.js';

export function nativeProductsMissing(folder: string): ProblemError {
  return fail({
    code: 'RP2040',
    what: `the engine for native images has not been built: there is no ${folder}`,
    fix:
      'in a clone of the SDK run "npm run build:native" (it names the Debian packages that it needs); ' +
      'in an installed package reinstall it: npm install rproc-sdk',
    exit: 2,
  });
}

export function nativeProductDamaged(file: string, reason: string): ProblemError {
  return fail({
    code: 'RP2041',
    what: `${file} is not as it was built: ${reason}`,
    fix: 'in a clone of the SDK remove the folder and run "npm run build:native"; else reinstall the package',
    exit: 2,
  });
}

/** @param where file, line and column of the program that was compiled */
export function notCompiled(where: string, reason: string): ProblemError {
  return fail({
    code: 'RP2042',
    what: `the native engine cannot compile the program: ${reason}`,
    where,
    fix: 'the line is one of the bundled program; use what QuickJS 2025-04-26 knows (ES2023)',
    exit: 1,
  });
}
