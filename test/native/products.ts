/** Has the native engine been built here? */
import { findProducts } from '../../sdk/native/products.js';

export function hasProducts(): boolean {
  try {
    findProducts();
    return true;
  } catch {
    return false;
  }
}
