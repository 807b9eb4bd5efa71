/** The type of a firmware's board: the compiler, which reads this file too, is the test of the refusals. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { boards } from '../../boards/index.js';
import { virtM4 } from '../../boards/virt-m4.js';
import { type BoardName, defineBoard, defineFirmware } from '../../sdk/index.js';

const firmware = { name: 'a', entry: './a.ts', resources: [] };
/** True only when the two types are the same one. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

test('every name of the list is a board, no other text is', () => {
  const known: Record<BoardName, true> = {
    'virt-m4': true,
    'virt-rv32': true,
    'virt-a53': true,
    'virt-rv64': true,
    'virt-ivshmem': true,
    'qemu-mps2-an386': true,
    'qemu-mps2-an500': true,
    'qemu-r5f': true,
    'qemu-rv32': true,
    'qemu-ivshmem-m4': true,
    'stm32mp157-dk-m4': true,
    'stm32mp157-m4-448k': true,
    'imx7d-m4': true,
    'imx8mm-m4': true,
    'imx8mq-m4': true,
    'imx8mn-m7': true,
    'imx8mp-m7': true,
    'imx93-m33': true,
    'imx95-m7': true,
    'am62x-m4f': true,
    'am64x-m4f': true,
    'am64x-r5f': true,
    'j721e-r5f': true,
    'zynqmp-r5': true,
    'zynqmp-r5-rpmsg': true,
    'versal-r5': true,
  };
  const named: Same<string, BoardName> = false;
  assert.not(named);
  assert.equal(
    Object.keys(known),
    boards.map(({ name }) => name),
  );
});

test("a wrong name does not compile, a board of one's own does", () => {
  assert.is(defineFirmware({ ...firmware, board: 'imx95-m7' }).board, 'imx95-m7');
  // @ts-expect-error no board is called so
  assert.is(defineFirmware({ ...firmware, board: 'virt-m5' }).board, 'virt-m5');
  const own = defineBoard({ extends: virtM4, name: 'mine' });
  const name: 'mine' = own.name;
  assert.is(defineFirmware({ ...firmware, board: own }).board, own);
  assert.is(name, 'mine');
});

test.run();
