/** Register by register: offsets and bits as numbers, so that a wrong table shows although driver and model share it. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { MailboxModel } from '../../../../host-sim/soc/mailbox/mailbox.js';
import { deadline } from '../../../../sdk/testing/deadline.js';
import { boardOf, k3, mailboxBench } from '../../../support/mailbox-bench.js';

const LIMIT = 2000;

/** Short names for the remote's accesses. */
function access({ remote }: MailboxModel) {
  return {
    get: (offset: number) => remote.read32(offset),
    set: (offset: number, value: number) => remote.write32(offset, value),
  };
}

test(
  'STM32 IPCC: processor 1 at +0x10, occupied bits, masks, one-sided set and clear',
  deadline(LIMIT, () => {
    const { model, line, settle, warnings } = mailboxBench(boardOf('STM32 IPCC'));
    const { get, set } = access(model);
    assert.is(get(0x3f0) & 0xff, 6);
    assert.is(get(0x14), 0xffffffff, 'all masked after reset');
    assert.is(get(0x1c), 0);
    // The host occupies its channel 1: seen in C1TOC2SR, no interrupt while it is masked or RXOIE is off.
    model.kick(1);
    assert.is(get(0x0c), 0b10);
    set(0x14, ~0b10 >>> 0);
    assert.is(line.level, false);
    set(0x10, 0x1);
    assert.is(line.level, true);
    set(0x18, 0b10);
    assert.is(get(0x0c), 0);
    assert.is(line.level, false);
    // Channel 0 from here: C2TOC1SR, freed by the host when it has looked.
    set(0x18, 1 << 16);
    assert.is(get(0x1c), 0b1);
    assert.equal(settle(), ['host 0']);
    assert.is(get(0x1c), 0);
    // Transmit channel free: TXFIE and an unmasked bit in the upper half.
    set(0x10, 0x10000);
    set(0x14, ~(1 << 16) >>> 0);
    assert.is(line.level, true);
    assert.equal(warnings, []);
    assert.is(get(0x20), 0xffffffff);
    set(0x0c, 1);
    set(0x18, (1 << 31) >>> 0);
    assert.is(model.warnings.count, 3);
    assert.match(warnings.join('\n'), /unknown register \+0x020\n.*read-only register \+0x00c\n.*not there/);
  }),
);

const muTables = {
  'i.MX MU, imx6sx': { TR1: 0x04, RR1: 0x14, sr: [0x20, 0x20], cr: [0x24, 0x24], te: 1 << 22, rf: 1 << 26 },
  'i.MX MU, imx7ulp': { TR1: 0x24, RR1: 0x44, sr: [0x60, 0x60], cr: [0x64, 0x64], te: 1 << 22, rf: 1 << 26 },
  'i.MX MU, v2': { TR1: 0x204, RR1: 0x284, sr: [0x124, 0x12c], cr: [0x120, 0x128], te: 1 << 1, rf: 1 << 1 },
};
for (const [name, { TR1, RR1, sr, cr, te, rf }] of Object.entries(muTables)) {
  test(
    `${name}: TR1, RR1, flags and enables`,
    deadline(LIMIT, () => {
      const { model, scheduler, line, settle, warnings } = mailboxBench(boardOf(name));
      const { get, set } = access(model);
      assert.is(get(sr[0]) & te, te, 'TR1 is empty');
      assert.is(get(sr[1]) & rf, 0);
      scheduler.post(() => {
        assert.is(get(sr[1]) & rf, rf);
        assert.is(line.level, false);
        set(cr[1], rf);
        assert.is(line.level, true);
        assert.is(get(RR1), 0x50000, 'notifyid << 16');
        assert.is(line.level, false);
      });
      assert.is(model.kick(5), 0);
      set(TR1, 0x10000);
      assert.is(get(sr[0]) & te, 0);
      assert.equal(settle(), ['host word 10000', 'host all']);
      assert.is(get(sr[0]) & te, te);
      assert.equal(warnings, []);
      assert.is(get(0xf0), 0xffffffff);
      get(RR1);
      set(TR1, 1);
      set(TR1, 2);
      assert.is(model.warnings.count, 3);
    }),
  );
}

for (const events of ['level', 'edge'] as const) {
  test(
    `K3 mailbox, ${events} events: FIFO of four words, counts, interrupt of user 0`,
    deadline(LIMIT, () => {
      const { model, line, settle, warnings } = mailboxBench(
        boardOf('K3 mailbox, level events'),
        k3({ events }),
      );
      const { get, set } = access(model);
      // Host transmit FIFO 1; user 0 at +0x104, +0x108, +0x10c; NEWMSG(1) is bit 2.
      for (const notifyid of [0, 1, 1]) model.kick(notifyid);
      settle();
      // Where "not full" is an event, Linux's mailbox layer waits for it before it writes the next word.
      assert.is(get(0xc4), events === 'level' ? 3 : 1);
      assert.is(get(0x84), 0);
      assert.is(line.level, false);
      set(0x108, 1 << 2);
      assert.is(line.level, true);
      assert.is(get(0x104), 1 << 2);
      set(0x104, 1 << 2);
      assert.is(line.level, events === 'level', 'words are still there');
      const words: number[] = [];
      for (; get(0xc4) > 0; settle()) words.push(get(0x44));
      assert.equal(words, [0, 1, 1]);
      assert.is(get(0xc4), 0);
      set(0x104, 1 << 2);
      assert.is(line.level, false);
      model.echoRequest();
      settle();
      assert.is(line.level, true);
      set(0x10c, 1 << 2);
      assert.is(line.level, false);
      assert.is(get(0x44), 0xffffff03);
      // FIFO 0 holds four and says so.
      for (const word of [0, 1, 7, 0xffffff04]) set(0x40, word);
      assert.is(get(0x80), 1);
      assert.equal(warnings, []);
      set(0x40, 1);
      assert.match(warnings[0], /FIFO 0 is full/);
      assert.equal(settle(), ['host 0', 'host 1', 'host word ffffff04']);
      assert.is(model.dropped, 1, 'beyond max_notifyid');
      assert.is(get(0x10), 0xffffffff);
      assert.is(model.warnings.count, 2);
    }),
  );
}

test(
  'ZynqMP IPI: trigger, observe, acknowledge, mask',
  deadline(LIMIT, () => {
    const { model, line, settle, warnings } = mailboxBench(boardOf('ZynqMP IPI'));
    const { get, set } = access(model);
    assert.is(get(0x14), 0xffffffff);
    model.kick(1);
    assert.is(get(0x10), 0x1, 'the APU is bit 0');
    assert.is(line.level, false);
    set(0x18, 0x1);
    assert.is(line.level, true);
    set(0x1c, 0x1);
    assert.is(line.level, false);
    set(0x10, 0x1);
    assert.is(get(0x10), 0);
    set(0x00, 0x1);
    assert.is(get(0x04), 0x1);
    assert.equal(settle(), ['host all']);
    assert.is(get(0x04), 0);
    set(0x04, 1);
    get(0x08);
    set(0x00, 0x100);
    assert.is(model.warnings.count, 3);
    assert.is(warnings.length, 3);
  }),
);

test(
  'CMSDK UART: STATE, CTRL, INTSTATUS; a byte waits in the socket until receiving is on',
  deadline(LIMIT, () => {
    const { model, line, settle, warnings } = mailboxBench(boardOf('CMSDK UART'));
    const { get, set } = access(model);
    model.kick(1);
    model.kick(0);
    settle();
    assert.is(get(0x04), 0);
    set(0x10, 16);
    set(0x08, 0b1011);
    settle();
    assert.is(get(0x04), 0b10);
    assert.is(get(0x0c), 0b10);
    assert.is(line.level, true);
    set(0x0c, 0b10);
    assert.is(line.level, false);
    assert.is(get(0x00), 1);
    settle();
    assert.is(line.level, true, 'the next byte');
    assert.is(get(0x00), 0);
    set(0x00, 1);
    assert.equal(settle(), ['host 1']);
    // Transmitted, with the interrupt for it enabled: a status that stays until it is cleared.
    set(0x0c, 0b11);
    set(0x08, 0b0111);
    set(0x00, 0xf8);
    assert.is(get(0x0c), 0b01);
    assert.is(line.level, true);
    set(0x0c, 0b01);
    assert.is(line.level, false);
    assert.equal(settle(), ['host word f8']);
    assert.equal(warnings, []);
    set(0x18, 0);
    set(0x08, 0);
    set(0x00, 1);
    set(0x00, 1);
    assert.is(get(0x04) & 0b100, 0b100, 'overrun');
    set(0x04, 0b100);
    assert.is(get(0x04), 1);
    assert.is(model.warnings.count, 3);
    assert.is(warnings.length, 3);
  }),
);

test(
  'PL011 UART: UARTFR, UARTRIS, UARTIMSC; the receive interrupt is the full register, without FIFOs',
  deadline(LIMIT, () => {
    const { model, line, settle, warnings } = mailboxBench(boardOf('PL011 UART'));
    const { get, set } = access(model);
    assert.is(get(0x18), 0x90, 'both ways empty');
    assert.is(get(0x30), 0x300);
    model.kick(1);
    model.kick(0);
    settle();
    assert.is(get(0x18), 0xc0, 'QEMU takes a byte whether it is on or not');
    assert.is(get(0x3c), 0x10);
    assert.is(get(0x40), 0);
    assert.is(line.level, false);
    set(0x38, 0x10);
    assert.is(get(0x40), 0x10);
    assert.is(line.level, true);
    assert.is(get(0x00), 1);
    assert.is(line.level, false);
    settle();
    assert.is(line.level, true, 'the next byte');
    assert.is(get(0x00), 0);
    assert.is(get(0x18) & 0x10, 0x10);
    set(0x00, 1);
    assert.is(get(0x3c), 0x20);
    assert.is(line.level, false, 'masked');
    set(0x38, 0x30);
    assert.is(line.level, true);
    set(0x44, 0x20);
    assert.is(line.level, false);
    assert.equal(settle(), ['host 1']);
    set(0x2c, 0x60);
    assert.is(get(0x2c), 0x60);
    assert.equal(warnings, []);
    set(0x2c, 0x70);
    set(0x18, 0);
    get(0x48);
    set(0x48, 0);
    assert.is(model.warnings.count, 4);
  }),
);

test(
  '16550 UART: byte registers; LSR, IIR, the divisor behind DLAB, data before room',
  deadline(LIMIT, () => {
    const { model, line, settle, warnings } = mailboxBench(boardOf('16550 UART'));
    const get = (offset: number) => model.remote.read8!(offset);
    const set = (offset: number, value: number) => model.remote.write8!(offset, value);
    assert.is(get(5), 0x60);
    assert.is(get(2), 0x01, 'nothing pending');
    model.kick(1);
    model.kick(0);
    settle();
    assert.is(get(5), 0x61);
    assert.is(line.level, false);
    set(1, 0x03);
    assert.is(line.level, true);
    assert.is(get(2), 0x04, 'received data is ahead of room');
    assert.is(get(0), 1);
    assert.is(get(2), 0x02, 'there was room when its interrupt was enabled');
    assert.is(get(2), 0x01, 'reading it was enough');
    assert.is(line.level, false);
    settle();
    assert.is(line.level, true, 'the next byte');
    assert.is(get(0), 0);
    set(0, 0xff);
    assert.is(line.level, true, 'it went within the write');
    set(1, 0x01);
    assert.is(line.level, false);
    assert.equal(settle(), ['host word ff']);
    set(3, 0x83);
    set(0, 1);
    assert.is(get(0), 1);
    assert.is(get(1), 0);
    set(3, 0x03);
    assert.is(get(1), 0x01);
    assert.is(get(3), 0x03);
    set(4, 0x0b);
    assert.is(get(4), 0x0b);
    set(2, 0);
    assert.equal(warnings, []);
    set(2, 1);
    set(5, 0);
    get(7);
    set(7, 0);
    model.remote.read32(5);
    model.remote.write32(1, 0);
    assert.is(model.warnings.count, 6);
  }),
);

test.run();
