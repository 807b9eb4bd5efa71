/**
 * The whole remote stack over a hal whose kicks go through each mailbox, with the host's rings at the other end. Both sides
 * look at their rings only when they are kicked: one kick that gets lost stops the traffic for good.
 */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { mailboxDriver } from '../../../boards/mailbox/index.js';
import { type Random, randomFrom } from '../../../host-sim/random.js';
import { InterruptLine } from '../../../host-sim/soc/mailbox/peripheral.js';
import { Scheduler } from '../../../host-sim/soc/scheduler.js';
import { mailboxHal } from '../../../runtime/hal/mailbox-hal.js';
import { deadline } from '../../../sdk/testing/deadline.js';
import { mailboxes, registersOf } from '../../support/mailbox-bench.js';
import { type SimHal, SimHost } from '../../support/sim-hal.js';

const full = process.env.RPROC_VOLUME === 'full';
const SEEDS = full ? 40 : 4;
const MESSAGES = full ? 400 : 150;

/** Tasks come late as often as not: interrupts, Linux's threads, the socket. */
class JitteryScheduler extends Scheduler {
  private steps = 0;

  constructor(private readonly random: Random) {
    super();
  }

  override step(limit?: number): boolean {
    if (++this.steps > 200_000) throw new Error(`no end in sight at ${this.now} ms`);
    return super.step(limit);
  }

  override post(task: () => void): void {
    if (this.random() < 0.5) super.post(task);
    else this.at(this.now + this.random() * 0.4, task);
  }
}

interface Exchange {
  readonly host: SimHost;
  readonly scheduler: Scheduler;
  readonly toRemote: string[];
  readonly toHost: string[];
  readonly wanted: { readonly toRemote: string[]; readonly toHost: string[] };
  readonly warnings: string[];
  /** Channels that were busy when the remote wanted to kick. */
  busy: number;
  /** Kicks of the host that Linux itself gave up. */
  refused: number;
}

function exchange({ board, make }: (typeof mailboxes)[number], seed: number): Exchange {
  const random = randomFrom(seed);
  const scheduler = new JitteryScheduler(random);
  const warnings: string[] = [];
  const soon = (task: () => void): void => {
    scheduler.at(scheduler.now + random() * 0.3, task);
  };
  let plain!: SimHal;
  const line = new InterruptLine(
    (task) => scheduler.post(task),
    () => plain.interrupt(),
  );
  const model = make({
    scheduler,
    remoteInterrupt: (high) => line.set(high),
    kicked: (notifyid) => (random() < 0.3 ? work(notifyid) : soon(() => work(notifyid))),
    warn: (text) => warnings.push(text),
  });
  const driver = mailboxDriver(board, registersOf(model, board));
  const ring = driver.ring;
  driver.ring = (notifyid) => {
    const sent = ring(notifyid);
    if (!sent) state.busy++;
    return sent;
  };
  let frozen = false;
  const todo: (number | 'all')[] = [];
  const host = new SimHost({
    num: 4,
    notifyids: [0, 1],
    notify: (notifyid) => {
      if (model.kick(notifyid) < 0) state.refused++;
    },
    hal: (sim) => {
      plain = sim;
      sim.now = () => scheduler.now;
      sim.setAlarm = (at) => {
        sim.alarmAt = at;
        if (at === Infinity) return;
        scheduler.at(Math.max(at, scheduler.now), () => {
          if (sim.alarmAt === at) sim.advance(0);
        });
      };
      Object.defineProperty(sim, 'clock', { get: () => scheduler.now, set: () => {} });
      const hal = mailboxHal(sim, driver);
      // The status poll would find what a lost kick left behind.
      const { setAlarm } = hal;
      hal.setAlarm = (at) => (frozen ? undefined : setAlarm(at));
      return hal;
    },
  });
  const state: Exchange = {
    ...{ host, scheduler, toRemote: [], toHost: [], warnings, busy: 0, refused: 0 },
    wanted: { toRemote: [], toHost: [] },
  };

  /** Linux's work queue: one work at a time, also while one of them waits in a kick. */
  function work(notifyid: number | 'all'): void {
    todo.push(notifyid);
    if (todo.length > 1) return;
    for (; todo.length > 0; todo.shift()) {
      if (todo[0] !== 1) state.toHost.push(...host.texts());
      if (todo[0] !== 0) pump();
    }
  }

  /** A batch of what is left to send, with one kick, as far as there are buffers. */
  function pump(): void {
    let batch = 1 + Math.floor(random() * 3);
    let put = 0;
    for (; batch > 0 && state.wanted.toRemote.length < MESSAGES && host.room > 0; batch--, put++) {
      const text = `down ${state.wanted.toRemote.length}`;
      state.wanted.toRemote.push(text);
      host.put(2000, 1024, text);
    }
    if (put > 0) host.output.kick();
  }

  const endpoint = host.rpmsg.createEndpoint({ name: '', src: 1024 }, (data) => {
    state.toRemote.push(Buffer.from(data).toString());
    say();
    if (random() < 0.5) say();
  });
  function say(): void {
    const text = `up ${state.wanted.toHost.length}`;
    state.wanted.toHost.push(text);
    endpoint.sendTo(2000, text);
  }

  host.up();
  scheduler.runUntil(() => host.vdev.status === 7 && host.remote.vdevs[0].live, 50);
  frozen = true;
  sometimes(() => pump(), 0.4);
  sometimes(() => line.spurious(), 2);
  return state;

  /** As long as there is something left to send. */
  function sometimes(task: () => void, every: number): void {
    scheduler.at(scheduler.now + random() * every, () => {
      task();
      if (state.wanted.toRemote.length < MESSAGES) sometimes(task, every);
    });
  }
}

for (const mailbox of mailboxes) {
  test(
    `${mailbox.name}: ${MESSAGES} messages each way and more, ${SEEDS} orders, none lost`,
    deadline(60_000, async () => {
      let busy = 0;
      for (let seed = 1; seed <= SEEDS; seed++) {
        const run = exchange(mailbox, seed);
        // Until nothing moves any more; sends that wait are promises.
        for (let idle = 0; idle < 3; ) {
          if (run.scheduler.step(run.scheduler.now + 50)) idle = 0;
          else {
            idle++;
            await Promise.resolve();
          }
        }
        assert.is(run.wanted.toRemote.length, MESSAGES, `seed ${seed}: the host got stuck`);
        assert.equal(run.toRemote, run.wanted.toRemote, `seed ${seed}`);
        assert.equal(run.toHost, run.wanted.toHost, `seed ${seed}`);
        assert.ok(run.toHost.length > MESSAGES);
        assert.equal(run.warnings, [], `seed ${seed}`);
        busy += run.busy;
      }
      assert.ok(busy > 0, 'no channel was ever busy: the test does not try what it is for');
    }),
  );
}

test.run();
