/** What tests of native images need of the machine. */
import { findProducts } from '../../sdk/native/products.js';
import { onPath } from './need.js';

/** Why images cannot be linked here, or not be run by `qemu-system-SYSTEM`; undefined where they can. */
export function nativeReady(system?: 'arm' | 'riscv32'): string | undefined {
  try {
    findProducts();
  } catch (error) {
    return (error as Error).message.split('\n')[0];
  }
  if (system !== undefined && !onPath(`qemu-system-${system}`))
    return `qemu-system-${system} is not installed`;
  return undefined;
}
