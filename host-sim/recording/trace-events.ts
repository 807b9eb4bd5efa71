/**
 * Records a run as Chrome trace events, which Perfetto and chrome://tracing show ("Trace Event Format", Google, 2016):
 * B and E are the two ends of a slice, b and e those of one that others may overlap, i is an instant, C a counter, s and f
 * are the two ends of a flow's arrow, M gives names.
 */
import { RPMSG_NS_ADDR, RPMSG_NS_DESTROY, RpmsgHdr, RpmsgNsMsg } from '../../runtime/abi/rpmsg.js';
import type { CrashReport } from '../cores/core.js';
import type { LogLine } from '../printk.js';
import type { RecordedMessage, RecordedRing, Recorder, Side } from './recorder.js';

/** One event; what it has beside these fields depends on `ph`. */
interface TraceEvent {
  readonly ph: 'B' | 'E' | 'b' | 'e' | 'i' | 'C' | 's' | 'f' | 'M';
  readonly pid: number;
  readonly tid: number;
  /** Microseconds. */
  readonly ts: number;
  readonly name?: string;
  readonly cat?: string;
  readonly id?: number | string;
  /** Of an f: the arrow ends at the slice around it, not at the next one. */
  readonly bp?: 'e';
  /** Of an i: it belongs to its thread or to its process. */
  readonly s?: 't' | 'p';
  readonly args?: { readonly [name: string]: unknown };
}

/** A processor that is shown as two tracks: what Linux does for it, and what its core does. */
interface Tracks {
  readonly name: string;
  /** Slices that have no end yet. */
  readonly open: { [side in Side]: number };
  /** Names of tasks that have no end yet. */
  readonly tasks: Map<number, string>;
  /** Kicks on their way, by the side that shall handle them. */
  readonly kicks: { readonly [side in Side]: Kick[] };
  readonly rings: RingTrack[];
}

interface Kick {
  readonly flow: number;
  readonly notifyid: number;
}

interface RingTrack extends RecordedRing {
  /** The values that were written last. */
  available: number;
  used: number;
}

/** Viewers take thread ids for unique in the whole trace. */
const LINUX = 1;
const LOG_THREAD = 1;
const pidOf = (processor: number): number => LINUX + 1 + processor;
const other: { readonly [side in Side]: Side } = { host: 'remote', remote: 'host' };

function threadOf(processor: number, side: Side): { readonly pid: number; readonly tid: number } {
  if (side === 'host') return { pid: LINUX, tid: LOG_THREAD + 1 + 2 * processor };
  return { pid: pidOf(processor), tid: LOG_THREAD + 2 + 2 * processor };
}

/** Events are encoded in portions: a long trace is larger than a string may be. */
const PORTION = 8192;

/** A trace that grows in memory. */
export class TraceRecorder implements Recorder {
  private readonly recorded: TraceEvent[] = [];
  private readonly tracks = new Map<number, Tracks>();
  private flows = 0;
  /** Kicks that nobody can handle any more. */
  private readonly lost = new Set<number>();
  private last = 0;

  /** Events that were recorded. */
  get count(): number {
    return this.recorded.length;
  }

  /** The file as it is now: UTF-8 JSON. */
  bytes(): Uint8Array {
    const encoder = new TextEncoder();
    const portions = [encoder.encode('{"displayTimeUnit":"ns","traceEvents":[\n')];
    const events = this.events();
    for (let i = 0; i < events.length; i += PORTION) {
      const lines = events.slice(i, i + PORTION).map((event) => JSON.stringify(event));
      portions.push(encoder.encode((i > 0 ? ',\n' : '') + lines.join(',\n')));
    }
    portions.push(encoder.encode('\n]}\n'));
    return joined(portions);
  }

  /** Names first; work that is not over ends with the recording, kicks that nobody handled have no arrow. */
  private events(): TraceEvent[] {
    const lost = new Set(this.lost);
    const ends: TraceEvent[] = [];
    for (const [processor, { open, kicks, tasks }] of this.tracks) {
      for (const [task, name] of tasks) ends.push(taskEvent('e', this.last, processor, task, name));
      for (const side of ['host', 'remote'] as const) {
        for (const { flow } of kicks[side]) lost.add(flow);
        for (let i = 0; i < open[side]; i++) {
          ends.push({ ph: 'E', ...threadOf(processor, side), ts: this.last });
        }
      }
    }
    const whole = this.recorded.filter(({ ph, id }) => ph !== 's' || !lost.has(id as number));
    return [...this.names(), ...whole, ...ends];
  }

  private names(): TraceEvent[] {
    const name = (kind: 'process' | 'thread', pid: number, tid: number, text: string): TraceEvent[] => [
      { ph: 'M', pid, tid, ts: 0, name: `${kind}_name`, args: { name: text } },
      {
        ...{ ph: 'M', pid, tid, ts: 0, name: `${kind}_sort_index` },
        args: { sort_index: kind === 'process' ? pid : tid },
      },
    ];
    const all = [...name('process', LINUX, LOG_THREAD, 'Linux'), ...name('thread', LINUX, 1, 'kernel log')];
    for (const [processor, track] of this.tracks) {
      const host = threadOf(processor, 'host');
      const remote = threadOf(processor, 'remote');
      all.push(...name('thread', host.pid, host.tid, `remoteproc${processor}`));
      all.push(...name('process', remote.pid, remote.tid, `${track.name} (remoteproc${processor})`));
      all.push(...name('thread', remote.pid, remote.tid, `${track.name} core`));
    }
    return all;
  }

  processor(processor: number, name: string): void {
    const open = { host: 0, remote: 0 };
    this.tracks.set(processor, { name, open, kicks: { host: [], remote: [] }, rings: [], tasks: new Map() });
  }

  taskBegin(time: number, processor: number, task: number, what: string): void {
    this.tracks.get(processor)!.tasks.set(task, what);
    this.add(taskEvent('b', this.at(time), processor, task, what));
  }

  taskEnd(time: number, processor: number, task: number): void {
    const { tasks } = this.tracks.get(processor)!;
    this.add(taskEvent('e', this.at(time), processor, task, tasks.get(task)!));
    tasks.delete(task);
  }

  begin(time: number, processor: number, side: Side, what: string, notifyid?: number): void {
    const { open, kicks, rings } = this.tracks.get(processor)!;
    // A core that starts anew knows nothing of the kicks that the one before it was sent.
    if (side === 'remote' && what === 'start') {
      for (const { flow } of kicks.remote.splice(0)) this.lost.add(flow);
    }
    const name = notifyid === undefined ? what : `${what} ${nameOf(rings, notifyid)}`;
    this.add({ ph: 'B', ...threadOf(processor, side), ts: this.at(time), name, cat: side });
    open[side]++;
    this.sample(time, processor);
  }

  end(time: number, processor: number, side: Side): void {
    this.sample(time, processor);
    this.add({ ph: 'E', ...threadOf(processor, side), ts: this.at(time) });
    this.tracks.get(processor)!.open[side]--;
  }

  kick(time: number, processor: number, by: Side, notifyid: number): void {
    const { kicks, rings } = this.tracks.get(processor)!;
    const thread = threadOf(processor, by);
    const ts = this.at(time);
    const flow = ++this.flows;
    // The arrow needs a slice to start from, and not all that kicks runs in one.
    const name = `kick ${nameOf(rings, notifyid)}`;
    this.add({ ph: 'B', ...thread, ts, name, cat: 'kick', args: { notifyid } });
    this.add({ ph: 's', ...thread, ts, name: 'kick', cat: 'kick', id: flow });
    this.add({ ph: 'E', ...thread, ts });
    kicks[other[by]].push({ flow, notifyid });
    this.sample(time, processor);
  }

  handled(time: number, processor: number, side: Side, notifyid?: number): void {
    const pending = this.tracks.get(processor)!.kicks[side];
    const first = pending.findIndex((kick) => kick.notifyid === notifyid);
    const taken = notifyid === undefined ? pending.splice(0) : first < 0 ? [] : pending.splice(first, 1);
    const ts = this.at(time);
    for (const { flow } of taken) {
      const thread = threadOf(processor, side);
      this.add({ ph: 'f', ...thread, ts, name: 'kick', cat: 'kick', id: flow, bp: 'e' });
    }
  }

  message({ time, device, processor, direction, bytes, length }: RecordedMessage): void {
    const { src, dst, len, flags } = RpmsgHdr.unpack(bytes);
    const name = direction === 'in' ? 'message from firmware' : 'message to firmware';
    const args = { device, src: hexOf(src), dst: hexOf(dst), len, flags, ...announcement(dst, bytes) };
    const cut = length > bytes.length ? { cut: true } : {};
    this.add({
      ...{ ph: 'i', ...threadOf(processor, 'host'), ts: this.at(time), s: 't' },
      ...{ name, cat: 'rpmsg', args: { ...args, ...cut } },
    });
  }

  ring(ring: RecordedRing): void {
    const { processor, name, notifyid, num, align } = ring;
    this.tracks.get(processor)!.rings.push({
      ...{ processor, name, notifyid, num, align, available: 0, used: 0 },
      fill: () => ring.fill(),
    });
  }

  ringGone(time: number, processor: number, name: string): void {
    const { rings } = this.tracks.get(processor)!;
    const at = rings.findIndex((ring) => ring.name === name);
    if (at < 0) return;
    rings.splice(at, 1);
    this.counter(time, processor, name, { available: 0, used: 0 });
  }

  log({ time, level, text }: LogLine): void {
    const ts = this.at(time);
    this.add({ ph: 'i', pid: LINUX, tid: LOG_THREAD, ts, s: 't', name: text, cat: 'log', args: { level } });
  }

  crash(time: number, processor: number, { reason, stack }: CrashReport): void {
    const thread = threadOf(processor, 'remote');
    const name = `crash: ${reason}`;
    this.add({ ph: 'i', ...thread, ts: this.at(time), s: 'p', name, cat: 'crash', args: { stack } });
  }

  /** Writes the counters of those rings that have changed. */
  private sample(time: number, processor: number): void {
    for (const ring of this.tracks.get(processor)!.rings) {
      const { available, used } = ring.fill();
      if (available === ring.available && used === ring.used) continue;
      Object.assign(ring, { available, used });
      this.counter(time, processor, ring.name, { available, used });
    }
  }

  private counter(time: number, processor: number, name: string, args: { [name: string]: number }): void {
    this.add({ ph: 'C', ...threadOf(processor, 'remote'), ts: this.at(time), name, args });
  }

  private add(event: TraceEvent): void {
    this.recorded.push(event);
    this.last = event.ts;
  }

  /** Virtual milliseconds as microseconds, to the nanosecond. */
  private at(time: number): number {
    return Math.round(time * 1e6) / 1e3;
  }
}

/** The vring behind a notifyid; the bare number where there is none. */
function nameOf(rings: readonly RecordedRing[], notifyid: number): string {
  return rings.find((ring) => ring.notifyid === notifyid)?.name ?? `notifyid ${notifyid}`;
}

function taskEvent(ph: 'b' | 'e', ts: number, processor: number, task: number, name: string): TraceEvent {
  return { ph, ...threadOf(processor, 'host'), ts, name, cat: 'task', id: `${processor}.${task}` };
}

/** What a message to the name service says; nothing for others. */
function announcement(dst: number, bytes: Uint8Array): { readonly [name: string]: unknown } {
  if (dst !== RPMSG_NS_ADDR || bytes.length !== RpmsgHdr.size + RpmsgNsMsg.size) return {};
  const { name, addr, flags } = RpmsgNsMsg.unpack(bytes, RpmsgHdr.size);
  return { [flags & RPMSG_NS_DESTROY ? 'destroys' : 'creates']: name, addr: hexOf(addr) };
}

function hexOf(address: number): string {
  return `0x${address.toString(16)}`;
}

function joined(portions: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(portions.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const portion of portions) {
    whole.set(portion, at);
    at += portion.length;
  }
  return whole;
}
