/**
 * What happens in a simulated system, told to those who write it down. Times are virtual milliseconds since the
 * simulation began and never go back.
 */
import type { CoreEvents, CrashReport } from '../cores/core.js';
import type { LogLine } from '../printk.js';
import type { Scheduler } from '../soc/scheduler.js';

/** Linux, or the core that runs the firmware. */
export type Side = 'host' | 'remote';

/** A message in a buffer of the host's, before it is handed on. */
export interface RecordedMessage {
  readonly time: number;
  /** The virtio device: `virtio0`. */
  readonly device: string;
  /** Index of the remote processor: 0 for remoteproc0. */
  readonly processor: number;
  /** As the host sees it: `in` comes from the firmware. */
  readonly direction: 'in' | 'out';
  /** `struct rpmsg_hdr` and payload as they are in shared memory, valid during the call. */
  readonly bytes: Uint8Array;
  /** Bytes that the header claims with its own 16; more than `bytes` has where they do not fit the buffer. */
  readonly length: number;
}

/** How full a ring is, seen from the host. */
export interface RingFill {
  /** Buffers that the firmware has not given back. */
  readonly available: number;
  /** Buffers that it gave back and that the host has not taken. */
  readonly used: number;
}

/** A vring that the host has set up. */
export interface RecordedRing {
  readonly processor: number;
  /** `vdev0vring0` */
  readonly name: string;
  readonly notifyid: number;
  /** Entries. */
  readonly num: number;
  /** Of the used ring, in bytes. */
  readonly align: number;
  /** Reads the ring's indices now; until `ringGone`. */
  fill(): RingFill;
}

/** Takes what it wants to know of a run: `new Simulation({ recorders: [...] })`. */
export interface Recorder {
  /** Remote processor `processor` is registered under this name. */
  processor?(processor: number, name: string): void;
  /** A message goes to the firmware, or has come from it. */
  message?(message: RecordedMessage): void;
  /** `by` notifies the other side about a vring. */
  kick?(time: number, processor: number, by: Side, notifyid: number): void;
  /**
   * Linux begins something for the processor in which it may sleep while other work goes on: `start`, `stop`. `task` is
   * another number each time.
   */
  taskBegin?(time: number, processor: number, task: number, what: string): void;
  /** The task is over. */
  taskEnd?(time: number, processor: number, task: number): void;
  /** `side` begins to work, for the vring with `notifyid` if given; more of it may begin and end before its `end`. */
  begin?(time: number, processor: number, side: Side, what: string, notifyid?: number): void;
  /** `side` looks after the oldest kick for this notifyid; after all it was sent when that is left out. */
  handled?(time: number, processor: number, side: Side, notifyid?: number): void;
  /** The work that `side` began last is over. */
  end?(time: number, processor: number, side: Side): void;
  /** Linux has set up a vring. */
  ring?(ring: RecordedRing): void;
  /** The ring called `name` is not there any more. */
  ringGone?(time: number, processor: number, name: string): void;
  /** A line of the kernel log. */
  log?(line: LogLine): void;
  /** The core stopped for good. */
  crash?(time: number, processor: number, report: CrashReport): void;
}

/** One recorder that tells `recorders` everything; undefined where there are none, so that nothing is paid. */
export function combined(recorders: readonly Recorder[] = []): Required<Recorder> | undefined {
  if (recorders.length === 0) return undefined;
  const each = <Name extends keyof Recorder>(name: Name) => {
    return (...details: Parameters<Required<Recorder>[Name]>): void => {
      for (const recorder of recorders) {
        (recorder[name] as ((...details: unknown[]) => void) | undefined)?.apply(recorder, details);
      }
    };
  };
  return {
    processor: each('processor'),
    message: each('message'),
    kick: each('kick'),
    taskBegin: each('taskBegin'),
    taskEnd: each('taskEnd'),
    begin: each('begin'),
    handled: each('handled'),
    end: each('end'),
    ring: each('ring'),
    ringGone: each('ringGone'),
    log: each('log'),
    crash: each('crash'),
  };
}

/** `events` of a core that are recorded on their way to Linux. */
export function recorded(
  events: CoreEvents,
  recorder: Required<Recorder> | undefined,
  { scheduler, processor }: { readonly scheduler: Scheduler; readonly processor: number },
): CoreEvents {
  if (!recorder) return events;
  return {
    kicked(notifyid) {
      recorder.kick(scheduler.now, processor, 'remote', notifyid);
      events.kicked(notifyid);
    },
    crashed(report) {
      recorder.crash(scheduler.now, processor, report);
      events.crashed(report);
    },
    log: (bytes) => events.log(bytes),
    entered(why) {
      recorder.begin(scheduler.now, processor, 'remote', why);
      if (why === 'kick') recorder.handled(scheduler.now, processor, 'remote');
    },
    left: () => recorder.end(scheduler.now, processor, 'remote'),
  };
}
