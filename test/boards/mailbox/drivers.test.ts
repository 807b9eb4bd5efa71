/** Each driver over the registers of its model: kicks, busy channels, requests and answers, what waits from before. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { boards } from '../../../boards/index.js';
import { mailboxDriver } from '../../../boards/mailbox/index.js';
import { ENOBUFS, ETIME } from '../../../host-sim/errno.js';
import { CmsdkUartModel } from '../../../host-sim/soc/mailbox/cmsdk-uart.js';
import type { UartDoorbellModel } from '../../../host-sim/soc/mailbox/uart-doorbell.js';
import { HostRequest } from '../../../runtime/abi/host-request.js';
import { deadline } from '../../../sdk/testing/deadline.js';
import { boardOf, k3, listen, mailboxBench, mailboxes } from '../../support/mailbox-bench.js';

const LIMIT = 2000;

for (const { name, board, make } of mailboxes) {
  const carriesId = !/^i\.MX|IPI/.test(name);
  test(
    `${name}: kicks both ways, spurious interrupts, nothing after disable`,
    deadline(LIMIT, () => {
      const bench = mailboxBench(board, make);
      const { scheduler, model, driver, warnings, line, settle } = bench;
      listen(bench);
      // A doorbell says that it listens, which takes its time.
      scheduler.runUntil(() => false, 1);
      settle();
      assert.is(driver.busy(), false);
      assert.is(model.kick(1), 0);
      assert.equal(settle(), [carriesId ? 'remote 1' : 'remote all']);
      line.spurious();
      assert.equal(settle(), []);
      assert.is(driver.ring(0), true);
      scheduler.runUntil(() => false, 1);
      assert.equal(
        settle().filter((entry) => !entry.includes('word')),
        [carriesId ? 'host 0' : 'host all'],
      );
      assert.equal(warnings, []);
      driver.disable();
      model.kick(0);
      driver.interrupt();
      assert.equal(settle(), []);
      assert.is(line.level, false);
    }),
  );

  test(
    `${name}: a busy channel keeps a kick once, and it goes out when the host has taken the one before`,
    deadline(LIMIT, () => {
      const bench = mailboxBench(board, make);
      const { scheduler, driver, warnings, settle } = bench;
      listen(bench);
      scheduler.runUntil(() => false, 1);
      settle();
      assert.is(driver.ring(0), true);
      assert.is(driver.ring(0), false, 'the host has not looked yet');
      assert.is(driver.ring(0), false);
      assert.is(driver.busy(), true);
      const retry = (): void => {
        scheduler.runUntil(() => false, 1);
        // Nothing tells this core that the host has acknowledged an IPI.
        if (/IPI/.test(name)) driver.interrupt();
      };
      retry();
      retry();
      assert.is(driver.busy(), false);
      const seen = settle().filter((entry) => !entry.includes('word'));
      assert.equal(seen, carriesId ? ['host 0', 'host 0'] : ['host all', 'host all']);
      assert.equal(warnings, [], 'nothing was written where there was no room');
    }),
  );
}

test(
  'STM32 IPCC: shutdown and detach wait for the answer, 500 and 200 ms',
  deadline(LIMIT, () => {
    const bench = mailboxBench(boardOf('STM32 IPCC'));
    const { scheduler, model, driver, log, line, settle } = bench;
    listen(bench);
    settle();
    assert.is(model.shutdown!(), -ETIME);
    assert.is(scheduler.now, 500);
    assert.equal(settle(), ['remote shutdown'], 'told once');
    assert.is(line.level, false);
    driver.answer(HostRequest.shutdown, false);
    driver.answer(HostRequest.shutdown, true);
    settle();
    const answered = (request: 'shutdown' | 'detach'): number => {
      scheduler.at(scheduler.now + 20, () => driver.answer(HostRequest[request], true));
      const from = scheduler.now;
      assert.is(model[request]!(), 0);
      assert.ok(scheduler.now - from >= 20 && scheduler.now - from < 21);
      return log.splice(0).length;
    };
    assert.is(answered('shutdown'), 1);
    assert.is(answered('detach'), 1);
    const from = scheduler.now;
    assert.is(model.detach!(), -ETIME);
    assert.is(scheduler.now - from, 200);
    // The request of this life of the core is dropped in its next, and the channel is free again.
    log.length = 0;
    driver.disable();
    listen(bench);
    assert.equal(settle(), []);
    assert.is(answered('detach'), 1);
  }),
);

test(
  'STM32 IPCC: one channel for each of two vrings; Linux queues 20 kicks for a core that does not listen',
  deadline(LIMIT, () => {
    const bench = mailboxBench(boardOf('STM32 IPCC'));
    const { model, driver, settle } = bench;
    assert.throws(() => driver.ring(2), /no IPCC channel for notifyid 2/);
    assert.is(model.kick(2), -22);
    for (let i = 0; i < 21; i++) assert.is(model.kick(0), 0);
    assert.is(model.kick(0), -ENOBUFS);
    assert.is(model.kick(1), 0);
    listen(bench);
    const seen = settle();
    assert.is(seen.filter((entry) => entry === 'remote 0').length, 21);
    assert.ok(seen.includes('remote 1'));
  }),
);

test(
  'STM32 IPCC: a channel is free before its kick is handed on, so that the next one shows',
  deadline(LIMIT, () => {
    const { model, driver } = mailboxBench(boardOf('STM32 IPCC'));
    const occupied: number[] = [];
    driver.enable({ kicked: () => occupied.push(model.remote.read32(0x0c)), requested: () => {} });
    model.kick(1);
    driver.interrupt();
    assert.equal(occupied, [0]);
  }),
);

test(
  'i.MX MU: Linux waits 100 ms for a core that does not read',
  deadline(LIMIT, () => {
    const bench = mailboxBench(boardOf('i.MX MU, v2'));
    const { scheduler, model, driver, settle } = bench;
    assert.is(model.kick(0), -ETIME);
    assert.is(scheduler.now, 100);
    listen(bench);
    assert.equal(settle(), ['remote all'], 'what waited is not lost');
    assert.is(model.kick(0), 0);
    assert.throws(() => driver.ring(0x10000), /65536 does not fit/);
    assert.is(driver.answer(HostRequest.shutdown, true), true);
  }),
);

test(
  'K3: a stale ECHO_REQUEST is handed on, stale shutdown and suspend words are not',
  deadline(LIMIT, () => {
    const bench = mailboxBench(boardOf('K3 mailbox, level events'), k3({}));
    const { model, driver, log, settle } = bench;
    model.echoRequest();
    assert.is(model.shutdown!(), -ETIME);
    assert.is(model.suspend('auto'), 'timeout');
    model.kick(1);
    listen(bench);
    assert.equal(log.splice(0), ['remote echo', 'remote 1']);
    driver.answer(HostRequest.echo, true);
    assert.equal(settle(), ['host word ffffff04']);
  }),
);

test(
  'K3: words of Linux and their answers',
  deadline(LIMIT, () => {
    const bench = mailboxBench(boardOf('K3 mailbox, level events'), k3({}));
    const { model, driver, scheduler, log, settle } = bench;
    listen(bench);
    settle();
    const later = (request: HostRequest, granted: boolean): void => {
      scheduler.at(scheduler.now + 1, () => driver.answer(request, granted));
    };
    later('suspend-auto', true);
    assert.is(model.suspend('auto'), 'acked');
    later('suspend-system', false);
    assert.is(model.suspend('system'), 'cancelled');
    const from = scheduler.now;
    assert.is(model.suspend('auto'), 'timeout');
    assert.is(scheduler.now - from, 1000);
    later('shutdown', true);
    assert.is(model.shutdown!(), 0);
    later('shutdown', false);
    assert.is(model.shutdown!(), -ETIME);
    model.abortRequest();
    log.length = 0;
    assert.equal(settle(), ['remote abort']);
    driver.crashed!();
    assert.equal(settle(), ['host word ffffff02']);
    assert.throws(() => driver.ring(0xffffff03), /reserved mailbox word/);
  }),
);

for (const { name, board } of mailboxes.filter(({ name }) => name.endsWith('UART'))) {
  test(
    `${name}: says that it listens; kicks that came before are taken, a request is not`,
    deadline(LIMIT, () => {
      const bench = mailboxBench<UartDoorbellModel>(board);
      const { model, driver, settle } = bench;
      model.kick(1);
      model.kick(0);
      assert.ok(model.pending > 0, 'one byte at a time');
      listen(bench);
      const seen = settle();
      assert.equal(
        seen.filter((entry) => !entry.startsWith('host')),
        ['remote 1', 'remote 0'],
      );
      assert.equal(
        seen.filter((entry) => entry.startsWith('host')),
        ['host word fe'],
      );
      driver.disable();
      model.abortRequest();
      listen(bench);
      assert.equal(
        settle().filter((entry) => entry !== 'host word fe'),
        name.startsWith('CMSDK') ? ['remote abort'] : [],
        'a UART that took the byte while nobody listened',
      );
      assert.throws(() => driver.ring(0xf0), /notifyid 240 is none that a byte/);
    }),
  );

  test(
    `${name}: words of the host and their answers`,
    deadline(LIMIT, () => {
      const bench = mailboxBench<UartDoorbellModel>(board);
      const { model, driver, scheduler, log, settle } = bench;
      listen(bench);
      settle();
      const later = (request: HostRequest, granted: boolean): void => {
        scheduler.at(scheduler.now + 20, () => driver.answer(request, granted));
      };
      const asked = (request: 'shutdown' | 'detach', granted: boolean, limit: number): void => {
        later(request, granted);
        const from = scheduler.now;
        assert.is(model[request](), granted ? 0 : -ETIME);
        const took = scheduler.now - from;
        assert.ok(granted ? took >= 20 && took < 21 : took === limit, `${took} ms`);
        assert.equal(log.splice(0), [`remote ${request}`, `host word ${granted ? 'f8' : 'f9'}`]);
      };
      asked('shutdown', true, 500);
      asked('shutdown', false, 500);
      asked('detach', true, 200);
      asked('detach', false, 200);
      model.echoRequest();
      model.abortRequest();
      // A word that is none.
      model.kick(0xf7);
      model.kick(0xef);
      assert.equal(settle(), ['remote echo', 'remote abort', 'remote 239']);
      driver.answer('echo', true);
      driver.crashed!();
      assert.equal(settle(), ['host word f8', 'host word ff']);
    }),
  );

  test(
    `${name}: ${name.startsWith('CMSDK') ? 3 : 2} register accesses for a kick that comes, one for one that goes behind it, two alone`,
    deadline(LIMIT, () => {
      const bench = mailboxBench<UartDoorbellModel>(board);
      let accesses = 0;
      const { remote } = bench.model;
      for (const access of ['read8', 'read32', 'write8', 'write32'] as const) {
        const of = remote[access] as ((...words: number[]) => number) | undefined;
        if (!of) continue;
        remote[access] = (...words: number[]) => {
          accesses++;
          return of.apply(remote, words);
        };
      }
      const count = (body: () => void): number => {
        accesses = 0;
        body();
        return accesses;
      };
      listen(bench);
      bench.settle();
      const incoming = count(() => {
        bench.model.kick(1);
        bench.settle();
      });
      assert.is(incoming, name.startsWith('CMSDK') ? 3 : 2);
      assert.is(
        count(() => bench.driver.ring(0)),
        1,
      );
      assert.is(
        count(() => bench.driver.ring(1)),
        2,
      );
    }),
  );
}

test(
  'CMSDK UART: a byte that comes while the driver looks still interrupts, and none goes without an interrupt behind it',
  deadline(LIMIT, () => {
    const bench = mailboxBench<CmsdkUartModel>(
      boardOf('CMSDK UART'),
      (wires) => new CmsdkUartModel(wires, { transmitMs: 0.5 }),
    );
    const { model, driver, log, line, scheduler, settle } = bench;
    listen(bench);
    scheduler.runUntil(() => false, 1);
    settle();
    // Behind each access in turn of an interrupt that found nothing.
    for (let at = 1; at <= 3; at++) {
      let accesses = 0;
      const { read32, write32 } = Object.getPrototypeOf(model) as CmsdkUartModel;
      const arrive = (): void => {
        if (++accesses === at) model.kick(1);
      };
      model.read32 = (offset) => {
        const value = read32.call(model, offset);
        arrive();
        return value;
      };
      model.write32 = (offset, value) => {
        write32.call(model, offset, value);
        arrive();
      };
      driver.interrupt();
      settle();
      assert.equal(log.splice(0), [], `${at}`);
      Object.assign(model, { read32, write32 });
      assert.is(line.level, false);
    }
    assert.equal(model.warnings.count, 0);
  }),
);

test(
  'boards: a driver where the remote side is known, words about what is missing elsewhere',
  deadline(LIMIT, () => {
    const registers = { read8: () => 0, read32: () => 0, write8: () => {}, write32: () => {} };
    const verdict = (board: (typeof boards)[number]): string => {
      try {
        return mailboxDriver(board, registers).busy() ? 'busy' : 'driver';
      } catch (error) {
        return (error as Error).message;
      }
    };
    const withDriver = boards.filter((board) => verdict(board) === 'driver').map(({ name }) => name);
    assert.equal(withDriver, [
      ...['qemu-mps2-an386', 'qemu-mps2-an500', 'qemu-r5f', 'qemu-rv32', 'qemu-ivshmem-m4'],
      'stm32mp157-dk-m4',
      'stm32mp157-m4-448k',
      'imx7d-m4',
      'imx8mm-m4',
      'imx8mq-m4',
      'imx8mn-m7',
      'imx8mp-m7',
      'am64x-r5f',
      'j721e-r5f',
      'zynqmp-r5-rpmsg',
    ]);
    for (const board of boards) {
      if (withDriver.includes(board.name)) continue;
      const wanted = board.mailbox
        ? `board ${board.name}: where the remote core sees its ${board.mailbox.type} is not known; set mailbox.remoteBase from the reference manual`
        : `board ${board.name} has no mailbox: its kicks do not go through one`;
      assert.is(verdict(board), wanted);
    }
    const k3Board = boards.find(({ name }) => name === 'am64x-m4f')!;
    const mailbox = { ...k3Board.mailbox!, remoteBase: 0x1000 };
    assert.throws(
      () => mailboxDriver({ name: 'mine', mailbox }, registers),
      /board mine: channel "remoteUser" of its omap-mailbox is not known/,
    );
    const odd = { ...boardOf('i.MX MU, v2').mailbox, layout: 'v3' };
    assert.throws(() => mailboxDriver({ name: 'mine', mailbox: odd }, registers), /unknown layout "v3"/);
  }),
);

test.run();
