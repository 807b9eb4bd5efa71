/**
 * A host driver that numbers what it sends and keeps account of what comes back, and the firmware at the other end. The
 * link is FIFO: what comes back in a session must be what was sent in it, in order, from its first message on.
 */
import type { RpmsgChannel, RpmsgDriver, Simulation } from '../../../host-sim/index.js';
import { HEAD } from './plans.js';

export const CHANNEL = 'faults';

/** Sends every message back, with the number of messages of its session so far. */
export const ECHO_FIRMWARE = `import { createEndpoint } from 'rproc-sdk/runtime';

let session = -1;
let count = 0;
createEndpoint({ name: '${CHANNEL}' }, (data, src, endpoint) => {
  const words = new DataView(data.buffer, data.byteOffset, data.length);
  if (words.getUint32(0, true) !== session) {
    session = words.getUint32(0, true);
    count = 0;
    console.log('session', session, 'chance', Math.random());
  }
  const reply = data.slice();
  new DataView(reply.buffer).setUint32(8, ++count, true);
  endpoint.sendTo(src, reply).then(undefined, (error) => console.log(error.message));
});
console.log('echo is up');
`;

/** From the binding of the driver to its removal. */
interface Session {
  readonly channel: RpmsgChannel;
  readonly id: number;
  sent: number;
  /** The number that is to come back next. */
  next: number;
  /** Numbers that were passed over. */
  gaps: number;
  /** All that came back, also afterwards. */
  readonly seen: Set<number>;
  live: boolean;
}

/** FNV-1a over session, number and payload. */
function checksum(bytes: Uint8Array): number {
  let sum = 0x811c9dc5;
  for (let i = 0; i < bytes.length; i++) {
    if (i < 8 || i >= HEAD) sum = Math.imul(sum ^ bytes[i], 0x01000193);
  }
  return sum >>> 0;
}

export class EchoDriver {
  /** Everything that was sent and received, a line each. */
  readonly transcript: string[] = [];
  /** What should not have come like this; each with the time. */
  readonly complaints: { readonly time: number; readonly text: string }[] = [];
  /** Messages of a session that had ended, which waited in the firmware for the next driver. */
  carried = 0;
  /** Answers that the firmware could not send for 15 s. */
  gaveUp = 0;
  /** Sends that failed after a sleep. */
  timeouts = 0;
  /** The callback sends for each of so many messages one; 0 for never. */
  replyEvery = 0;
  private readonly sessions: Session[] = [];
  private sending = false;

  constructor(private readonly sim: Simulation) {}

  get driver(): RpmsgDriver {
    return {
      name: 'fault_echo',
      idTable: [CHANNEL],
      probe: (channel) => {
        this.say(`bound ${channel.deviceName}`);
        const id = this.sessions.length;
        this.sessions.push({ channel, id, sent: 0, next: 0, gaps: 0, seen: new Set(), live: true });
        return 0;
      },
      callback: (_channel, data) => this.receive(data),
      remove: () => {
        this.say('removed');
        this.checkGaps();
        for (const session of this.sessions) session.live = false;
      },
    };
  }

  /** There now. */
  get bound(): boolean {
    return this.sessions.at(-1)?.live === true;
  }

  /** All that was sent in the session that lasts has come back. */
  get complete(): boolean {
    const session = this.sessions.at(-1);
    return session === undefined || !session.live || session.next === session.sent;
  }

  get received(): number {
    return this.sessions.reduce((sum, { seen }) => sum + seen.size, 0);
  }

  /** Messages may only be missing where the firmware had no buffer for 15 s and said so. */
  checkGaps(): void {
    const session = this.sessions.at(-1);
    if (!session?.live || session.gaps === 0) return;
    const given = this.sim.trace().split('no free buffer within 15 s').length - 1;
    this.gaveUp += Math.min(session.gaps, given);
    if (session.gaps > given) this.complain(`${session.gaps} messages are missing, ${given} were given up`);
    session.gaps = 0;
  }

  /** Sends these, one after the other; false while another send sleeps. */
  send(sizes: readonly number[], trying: boolean): boolean {
    if (this.sending) return false;
    this.sending = true;
    for (const size of sizes) if (!this.sendOne(size, trying)) break;
    this.sending = false;
    return true;
  }

  private sendOne(size: number, trying: boolean): boolean {
    const session = this.sessions.at(-1);
    if (!session?.live) return false;
    const { channel, id, sent } = session;
    const bytes = new Uint8Array(size);
    for (let i = HEAD; i < size; i++) bytes[i] = sent * 31 + i * 7 + id;
    const words = new DataView(bytes.buffer);
    words.setUint32(0, id, true);
    words.setUint32(4, sent, true);
    words.setUint32(12, checksum(bytes), true);
    const { lines } = this.sim.kernel.log;
    const before = lines.length;
    // The answer may be there before the call returns.
    session.sent++;
    const errno = trying
      ? channel.ept!.trysendto(bytes, channel.dst)
      : channel.ept!.sendto(bytes, channel.dst);
    this.say(`> ${id}.${sent} ${size} bytes: ${errno}`);
    if (errno === 0) return true;
    session.sent--;
    if (trying) {
      if (errno !== -12 && errno !== -5) this.complain(`trysendto: errno ${errno}`);
      return false;
    }
    this.timeouts++;
    const said = lines
      .slice(before)
      .some(({ text }) => /timeout waiting for a tx buffer|addbuf|add_outbuf failed/.test(text));
    if (!said) this.complain(`sendto: errno ${errno} without a line in the log`);
    return false;
  }

  private receive(data: Uint8Array): void {
    const words = new DataView(data.buffer, data.byteOffset, data.length);
    if (data.length < HEAD) {
      this.complain(`a message of ${data.length} bytes`);
      return;
    }
    const [id, number, ack, sum] = [0, 4, 8, 12].map((at) => words.getUint32(at, true));
    this.say(`< ${id}.${number} ${data.length} bytes: ack ${ack}`);
    const session = this.sessions[id];
    if (!session || sum !== checksum(data)) {
      this.complain(`message ${id}.${number} was never sent like this`);
      return;
    }
    if (session.seen.has(number)) this.complain(`message ${id}.${number} came twice`);
    session.seen.add(number);
    if (ack !== number + 1) this.complain(`message ${id}.${number} was number ${ack} for the firmware`);
    if (session.live) {
      if (number < session.next) this.complain(`message ${id}.${number} after ${id}.${session.next - 1}`);
      else {
        session.gaps += number - session.next;
        session.next = number + 1;
      }
    } else this.carried++;
    if (this.replyEvery > 0 && number % this.replyEvery === 0 && number < 50) this.send([HEAD], true);
  }

  private say(text: string): void {
    this.transcript.push(`${this.sim.scheduler.now} ${text}`);
  }

  private complain(text: string): void {
    this.complaints.push({ time: this.sim.scheduler.now, text });
    this.say(`! ${text}`);
  }
}
