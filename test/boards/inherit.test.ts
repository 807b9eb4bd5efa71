/** What a board gets from the board or SoC that it extends, and what is refused then. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  addressRanges,
  type Board,
  type MemoryRegion,
  processorName,
  type TranslationRow,
} from '../../boards/board.js';
import { defineBoard } from '../../boards/define-board.js';
import { imx8m } from '../../boards/nxp/imx8m-m4.js';
import { imx8mmM4 } from '../../boards/nxp/imx8mm-m4.js';
import { stm32mp15 } from '../../boards/st/stm32mp15.js';
import { stm32mp157DkM4 } from '../../boards/st/stm32mp157-dk-m4.js';
import { virtM4 } from '../../boards/virt-m4.js';
import { deadline } from '../../sdk/testing/deadline.js';

const test = suite('inherited boards');
const name = 'mine';

const region = (
  called: string,
  at: number,
  len = 0x1000,
  more: Partial<MemoryRegion> = {},
): MemoryRegion => ({
  name: called,
  da: at,
  len,
  use: 'image',
  origin: 'test',
  ...more,
});
const row = (
  called: string,
  at: number,
  len = 0x1000,
  more: Partial<TranslationRow> = {},
): TranslationRow => ({
  name: called,
  da: at,
  len,
  origin: 'test',
  ...more,
});

test(
  'lists are appended, scalars override, the Linux side is merged',
  deadline(1000, () => {
    const board = defineBoard({
      extends: stm32mp157DkM4,
      name,
      description: 'a board of mine',
      memory: [region('ocram', 0x50000000)],
      translation: [row('bus', 0x50000000)],
      watchdogMs: 7,
      linux: { recovery: false },
    });
    const base = stm32mp157DkM4;
    assert.equal(board.memory.slice(0, -1), base.memory);
    assert.is(board.memory[base.memory.length].name, 'ocram');
    assert.equal(board.translation!.slice(0, -1), base.translation);
    assert.is(board.translation![base.translation!.length].name, 'bus');
    assert.equal([board.name, board.description, board.watchdogMs], [name, 'a board of mine', 7]);
    assert.equal(board.linux, { ...base.linux, recovery: false });
    assert.equal([board.cpu, board.boot, board.mailbox], [base.cpu, base.boot, base.mailbox]);
    assert.is(base.linux.recovery, true, 'the base is as it was');
    assert.is(base.memory.length, 6);
    assert.not.ok('extends' in board);
    assert.is(addressRanges(board).length, 4);
  }),
);

test(
  'two steps: an SoC without memory, a board on it, a board on that',
  deadline(1000, () => {
    assert.throws(() => defineBoard(stm32mp15), /stm32mp15: no region for the image/);
    assert.throws(() => defineBoard({ extends: imx8m, name }), /mine: no region for the image/);
    const step = defineBoard({ extends: imx8m, name: 'step', memory: [region('ddr', 0x40000000)] });
    const board = defineBoard({ extends: step, name, memory: [region('more', 0x40001000)] });
    assert.equal(
      board.memory.map((one) => one.name),
      ['ddr', 'more'],
    );
    assert.is(board.translation!.length, 11);
    assert.is(board.linux.driver, 'imx_rproc');
    const plain = defineBoard({ extends: virtM4, name });
    assert.is(plain.translation, undefined, 'no translation comes from nowhere');
    assert.equal({ ...plain, name: virtM4.name }, virtM4);
  }),
);

test(
  'duplicates, overlaps and contradictions are refused',
  deadline(1000, () => {
    const on = (base: Board, more: Partial<Pick<Board, 'memory' | 'translation'>>) => () =>
      defineBoard({ extends: base, name, ...more });
    const dk = stm32mp157DkM4;
    assert.throws(on(dk, { memory: [region('retram', 0x10050000)] }), /mine: two regions are named retram/);
    assert.throws(
      on(dk, { memory: [region('mine', 0x10041800, 0x1000)] }),
      /mine: region mine at 0x10041800 overlaps vdev0vring1/,
    );
    assert.throws(
      on(dk, { memory: [region('ddr', 0xc0000000)] }),
      /mine: region ddr at 0xc0000000 is not what the translation says/,
    );
    assert.throws(
      on(dk, { memory: [region('sram', 0x10050000, 0x1000, { pa: 0x38000000 })] }),
      /mine: region sram at 0x10050000 is not what the translation says/,
    );
    assert.throws(
      on(dk, { memory: [region('beyond', 0x1005f000, 0x1001)] }),
      /mine: region beyond at 0x1005f000 is not what the translation says/,
    );
    assert.throws(
      on(dk, { translation: [row('retram', 0x50000000)] }),
      /mine: two translation rows are named retram/,
    );
    assert.throws(on(dk, { translation: [row('x', 0, 0)] }), /mine: translation row x has no bytes/);
    assert.throws(on(dk, { translation: [row('x', -4)] }), /mine: translation row x has no bytes/);
    assert.throws(
      on(dk, { translation: [row('x', 0x10, 0x1000, { pa: 0xfffff001 })] }),
      /mine: translation row x does not fit 32-bit addresses/,
    );
    assert.throws(
      on(dk, { translation: [row('x', 0x50000000, 16, { origin: '' })] }),
      /mine: x does not say where its numbers come from/,
    );
    on(dk, { translation: [row('x', 0xfffff000)] })();
  }),
);

test(
  'a processor may have another name under older kernels',
  deadline(1000, () => {
    assert.equal(
      ['6.1', '6.12', '7.2'].map((kernel) => processorName(imx8mmM4, kernel)),
      ['imx-rproc', 'imx-rproc', 'core-m4'],
    );
    assert.is(processorName(virtM4, '6.1'), 'm4');
  }),
);

test.run();
