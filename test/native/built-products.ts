/** The products of `npm run build:native` for tests that need them. */
import { ProblemError } from '../../runtime/abi/problem.js';
import { findProducts, type Products } from '../../sdk/native/products.js';

export const productsAbsent = 'runtime/native is not built: npm run build:native';

export function builtProducts(): Products | undefined {
  try {
    return findProducts();
  } catch (error) {
    if (error instanceof ProblemError && error.problems[0].code === 'RP2040') return undefined;
    throw error;
  }
}
