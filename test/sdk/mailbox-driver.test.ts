/** What programs of native boards begin with: one driver each, made from the board's data; nothing for all others. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Board, MailboxData } from '../../boards/board.js';
import { boards, findBoard } from '../../boards/index.js';
import { driverData } from '../../boards/mailbox/driver-data.js';
import { mailboxDriverCode } from '../../sdk/bundle/mailbox-driver.js';
import { isNative } from '../../sdk/native/layout.js';
import { deadline } from '../../sdk/testing/deadline.js';
import { mailboxes } from '../support/mailbox-bench.js';

const LIMIT = 1000;
const an386 = findBoard('qemu-mps2-an386')!;
const code = (board: Board) => mailboxDriverCode(board, '/runtime', '/drivers');
const native = (mailbox: MailboxData, crash = an386.native!.crash): Board => ({
  ...an386,
  mailbox,
  native: { ...an386.native!, crash },
});

test(
  'a board without machine code brings no driver; every board with it has one',
  deadline(LIMIT, () => {
    for (const board of boards) {
      if (isNative(board)) assert.match(code(board), /^connectMailbox\(/m, board.name);
      else assert.is(code(board), '', board.name);
    }
  }),
);

test(
  'in full: imports, and the call with the data in it',
  deadline(LIMIT, () => {
    assert.equal(code(an386).split('\n'), [
      'import { cmsdkUart } from "/drivers/cmsdk-uart.js";',
      'import { uartDoorbell } from "/drivers/uart-doorbell.js";',
      'import { connectMailbox } from "/runtime/hal/connect-mailbox.js";',
      'connectMailbox((registers) => uartDoorbell(cmsdkUart(registers, 1073762304)), true);',
      '',
    ]);
  }),
);

for (const { name, board } of mailboxes) {
  test(
    `${name}: no driver but its own, and the data that the driver is made from elsewhere`,
    deadline(LIMIT, () => {
      const text = mailboxDriverCode(native(board.mailbox), '/runtime', '/drivers');
      const { type, config } = driverData(board);
      const files = [...text.matchAll(/"\/drivers\/(.*)\.js"/g)].map(([, file]) => file);
      assert.equal(files, type.endsWith('-uart') ? [type, 'uart-doorbell'] : [type]);
      assert.ok(text.includes(`(registers, ${JSON.stringify(config)})`), text);
    }),
  );
}

test(
  'who tells of a crash, and a mailbox that is not known',
  deadline(LIMIT, () => {
    const { crash: _, ...silent } = an386.native!;
    assert.match(code({ ...an386, native: silent }), /, false\);\n$/);
    const { remoteBase: __, ...elsewhere } = an386.mailbox!;
    assert.throws(() => code(native(elsewhere)), /where the remote core sees its cmsdk-uart is not known/);
  }),
);

test.run();
