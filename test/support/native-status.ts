/** The status record of native start-up code, as it stands in the core's memory. */
import { da, daToPa } from '../../runtime/abi/address.js';
import { NativeStatus, SECTION_STATUS, STATUS_SYMBOL } from '../../runtime/abi/native.js';
import { readElf } from '../../sdk/elf/read.js';
import type { RemoteUnderTest } from '../../sdk/testing/index.js';

export function statusOf({ simulation }: RemoteUnderTest, image: Uint8Array) {
  const elf = readElf(image, SECTION_STATUS);
  const at = elf.symbols.find(({ name }) => name === STATUS_SYMBOL)!.value;
  const { memory } = simulation.processors[0];
  const where = daToPa(memory.ranges, da(Number(at)), NativeStatus.size)!;
  return NativeStatus.unpack(memory.peek(where, NativeStatus.size));
}
