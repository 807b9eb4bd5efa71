/** A hal whose kicks go through a mailbox driver. Everything else is the hal below. */
import { grantedByDefault, HostRequest, type StopReason } from '../abi/host-request.js';
import type { Hal, RequestHandler } from './hal.js';
import type { Mailbox } from './mailbox.js';

/**
 * How long a kick stays behind a busy channel before the mailbox is polled (ms). Most mailboxes interrupt when the channel
 * is free again; the IPI of ZynqMP does not.
 */
const RETRY_MS = 1;

/**
 * `base` with its kicks through `mailbox`: `base.onKick` must run its handler at the mailbox's interrupt, `base.kick` is not
 * used. The mailbox is enabled when somebody listens for kicks. Echo requests are answered, an abort request crashes
 * the core; what else the host asks goes to the handler of `onRequest`, and without one is answered by `grantedByDefault`.
 */
export function mailboxHal(base: Hal, mailbox: Mailbox): Hal {
  let onRequest: RequestHandler = decide;
  let onKick = nothing;
  let onAlarm = nothing;
  let kicked = false;
  let requests: HostRequest[] = [];
  /** When the mailbox is polled, when the stack's alarm is due, and what the base's alarm is set to. */
  let retryAt = Infinity;
  let alarmDue = Infinity;
  let armedAt = Infinity;

  const events = {
    kicked() {
      kicked = true;
    },
    requested(request: HostRequest) {
      requests.push(request);
    },
  };

  function serve(): void {
    mailbox.interrupt();
    handOn();
    watchBusy();
  }

  /** Kicks first: a host that kicks and then stops wants the message handled. */
  function handOn(): void {
    if (kicked) {
      kicked = false;
      // What the host wrote before it kicked must be seen after the mailbox was read.
      if (base.barrier) base.barrier();
      onKick();
    }
    if (requests.length === 0) return;
    const asked = requests;
    requests = [];
    for (let i = 0; i < asked.length; i++) consider(asked[i]);
  }

  function consider(request: HostRequest): void {
    const answer = (granted: boolean): void => {
      mailbox.answer(request, granted);
      watchBusy();
    };
    if (request === HostRequest.echo) answer(true);
    else if (request === HostRequest.abort) crash('the host asked for a crash', '');
    else onRequest(request, answer);
  }

  function watchBusy(): void {
    if (!mailbox.busy()) retryAt = Infinity;
    else if (retryAt === Infinity) retryAt = base.now() + RETRY_MS;
    arm();
  }

  function arm(): void {
    const at = retryAt < alarmDue ? retryAt : alarmDue;
    if (at === armedAt) return;
    armedAt = at;
    base.setAlarm(at);
  }

  function alarm(): void {
    const now = base.now();
    armedAt = Infinity;
    if (now >= retryAt) {
      retryAt = Infinity;
      serve();
    }
    if (now >= alarmDue) {
      alarmDue = Infinity;
      onAlarm();
    }
    arm();
  }

  function crash(reason: string, stack: string): never {
    if (mailbox.crashed) mailbox.crashed();
    return base.crash(reason, stack);
  }

  base.onAlarm(alarm);
  const hal: Hal = {
    table: base.table,
    memory: (da, len) => base.memory(da, len),
    read8: (da) => base.read8(da),
    read16: (da) => base.read16(da),
    read32: (da) => base.read32(da),
    write8: (da, value) => base.write8(da, value),
    write16: (da, value) => base.write16(da, value),
    write32: (da, value) => base.write32(da, value),
    kick(notifyid) {
      // The rings must be in memory before the host hears of them.
      if (base.barrier) base.barrier();
      if (!mailbox.ring(notifyid)) watchBusy();
    },
    onKick(handler) {
      onKick = handler;
      mailbox.enable(events);
      base.onKick(serve);
      // Not every mailbox interrupts for what came while nobody listened.
      serve();
    },
    onAlarm(handler) {
      onAlarm = handler;
    },
    onRequest(handler) {
      onRequest = handler;
    },
    onJobsDone: (handler) => base.onJobsDone(handler),
    now: () => base.now(),
    setAlarm(at) {
      alarmDue = at;
      arm();
    },
    log: (bytes) => base.log(bytes),
    crash,
  };
  if (base.load16) hal.load16 = (da) => base.load16!(da);
  if (base.store16) hal.store16 = (da, value) => base.store16!(da, value);
  if (base.barrier) hal.barrier = () => base.barrier!();
  return hal;
}

function nothing(): void {}

function decide(request: StopReason, answer: (granted: boolean) => void): void {
  answer(grantedByDefault(request));
}
