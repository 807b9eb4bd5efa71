/** A hal whose kicks go through a mailbox driver. Everything else is the hal below. */
import { grantedByDefault, HostRequest, type StopReason } from '../abi/host-request.js';
import { nothing } from '../nothing.js';
import type { EngineHal, Hal, RequestHandler } from './hal.js';
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
 *
 * Both ways need no barrier here: drivers end in register accesses, which are ordered (hal.ts).
 */
export function mailboxHal(base: EngineHal, mailbox: Mailbox): Hal {
  const { ring, interrupt } = mailbox;
  let onRequest: RequestHandler = decide;
  let onKick = nothing;
  let onAlarm = nothing;
  let kicked = false;
  let requests: HostRequest[] = [];
  /** Something may be kept in the mailbox. */
  let waiting = false;
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

  /** Kicks first: a host that kicks and then stops wants the message handled. */
  function serve(): void {
    interrupt();
    if (kicked) {
      kicked = false;
      onKick();
    }
    if (requests.length > 0) consider();
    if (waiting) watchBusy();
  }

  function consider(): void {
    const asked = requests;
    requests = [];
    for (let i = 0; i < asked.length; i++) {
      const request = asked[i];
      const answer = (granted: boolean): void => {
        if (!mailbox.answer(request, granted)) watchBusy();
      };
      if (request === HostRequest.echo) answer(true);
      else if (request === HostRequest.abort) crash('the host asked for a crash', '');
      else onRequest(request, answer);
    }
  }

  function watchBusy(): void {
    waiting = mailbox.busy();
    if (!waiting) retryAt = Infinity;
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
  // What is not of the mailbox is the base's own function: a call in between would cost as much as a register.
  const hal = Object.create(base) as { -readonly [member in keyof Hal]: Hal[member] };
  hal.kick = (notifyid) => {
    if (!ring(notifyid)) watchBusy();
  };
  hal.onKick = (handler) => {
    onKick = handler;
    mailbox.enable(events);
    base.onKick(serve);
    // Not every mailbox interrupts for what came while nobody listened.
    serve();
    watchBusy();
  };
  hal.onAlarm = (handler) => {
    onAlarm = handler;
  };
  hal.onRequest = (handler) => {
    onRequest = handler;
  };
  hal.setAlarm = (at) => {
    alarmDue = at;
    arm();
  };
  hal.crash = crash;
  return hal;
}

function decide(request: StopReason, answer: (granted: boolean) => void): void {
  answer(grantedByDefault(request));
}
