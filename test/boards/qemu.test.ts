/** The QEMU machines: the numbers that were measured with QEMU 7.2. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { LinuxDriver } from '../../boards/board.js';
import { boardGroups } from '../../boards/index.js';

const MIB = 0x100000;

/** Board, CPU, first address of the RAM that is a shared file, Linux's driver. */
const machines: readonly (readonly [string, string, number, RegExp, LinuxDriver?])[] = [
  ['qemu-mps2-an386', 'cortex-m4', 0x21000000, /^QEMU mps2-an386 /],
  ['qemu-mps2-an500', 'cortex-m7', 0x60000000, /^QEMU mps2-an500 /],
  ['qemu-r5f', 'cortex-r5f', 0, /^QEMU versatilepb -cpu cortex-r5f /],
  ['qemu-rv32', 'rv32imac', 0x80000000, /^QEMU riscv32 virt /],
  ['qemu-ivshmem-m4', 'cortex-m4', 0x21000000, /^QEMU mps2-an386 /, 'ivshmem'],
];

test('each machine is a board, and no other is', () => {
  assert.equal(
    boardGroups.qemu.map(({ name, cpu }) => [name, cpu]),
    machines.map(([name, cpu]) => [name, cpu]),
  );
});

for (const [i, [name, , ram, description, driver = 'generic']] of machines.entries()) {
  test(`${name}: 16 MiB of RAM at its address, seen alike by both sides`, () => {
    const board = boardGroups.qemu[i];
    assert.match(board.description, description);
    assert.is(board.linux.driver, driver);
    assert.ok(board.native && board.qemu);
    assert.equal(board.qemu.ram, { base: ram, len: 16 * MIB });
    assert.is(Math.min(...board.memory.map(({ da }) => da)), ram);
    for (const { da, pa, len, name: region } of board.memory) {
      assert.is(pa ?? da, da, region);
      assert.ok(da >= ram && da + len <= ram + 16 * MIB, region);
    }
    const named = board.memory.filter(({ use }) => use === 'named').map((region) => region.name);
    for (const region of ['vdev0vring0', 'vdev0vring1', 'vdev0buffer'])
      assert.ok(named.includes(region), region);
  });
}

test.run();
