/** A booted firmware under a real kernel, with the calls of the test API that conversations use. */
import { performance } from 'node:perf_hooks';
import { qemuIvshmemM4 } from '../../boards/qemu/ivshmem-m4.js';
import { type BuiltKernel, RealSystem } from '../../host-sim/linux/index.js';
import type { ShmCoreName } from '../../host-sim/shm/index.js';
import type { RemoteUnderTest } from '../../sdk/testing/index.js';

const LIMIT_MS = 30000;

interface Stream {
  readonly fd: number;
  /** What has arrived and was not taken, message by message. */
  readonly inbox: Buffer[];
}

/** An announced channel, as far as conversations look at it. */
interface Announced {
  readonly name: string;
  readonly dst: number;
  createEpt(): { sendto(data: Uint8Array, dst: number): void };
}

export class RealRemote {
  readonly system: RealSystem;
  /** `channels` are those that `waitFor` saw last. */
  readonly simulation = { channels: [] as Announced[] };
  private readonly streams = new Map<string, Stream>();
  private text = '';
  /** Commands that nobody waited for, and what went wrong with one. */
  private background: Promise<unknown> = Promise.resolve();
  private failure: unknown;

  private constructor(kernel: BuiltKernel, core: ShmCoreName, image: Uint8Array, drivers: readonly string[]) {
    const clock = () => performance.now();
    const parts = {
      kernel,
      core,
      image,
      drivers,
      clock,
      board: qemuIvshmemM4,
      name: 'firmware.elf',
      seed: 1,
    };
    this.system = new RealSystem({ ...parts, recovery: false });
  }

  /** Boots a guest and the image in it; `close` ends both. Throws Error with the log when the image does not boot. */
  static async boot(
    kernel: BuiltKernel,
    core: ShmCoreName,
    image: Uint8Array,
    drivers: readonly string[],
  ): Promise<RealRemote> {
    const remote = new RealRemote(kernel, core, image, drivers);
    try {
      await remote.system.boot();
      const errno = await remote.system.start();
      if (errno !== 0) throw new Error(`start: ${errno}\n${remote.system.log.join('\n')}`);
    } catch (error) {
      await remote.system.close();
      throw error;
    }
    return remote;
  }

  /** As the conversations take it. */
  get asTested(): RemoteUnderTest {
    return this as unknown as RemoteUnderTest;
  }

  get log(): readonly { readonly text: string }[] {
    return this.system.log.map((text) => ({ text }));
  }

  /** As it was when `waitFor` looked last. */
  trace(): string {
    return this.text;
  }

  async waitFor(done: () => boolean, limitMs = LIMIT_MS, what = 'the condition'): Promise<void> {
    const look = async () => {
      await this.refresh();
      return done();
    };
    if (!(await this.system.waitFor(look, limitMs))) {
      throw new Error(`${what} did not happen within ${limitMs} ms\n${this.system.log.slice(-5).join('\n')}`);
    }
  }

  async channel(name: string) {
    let found: { dst: number } | undefined;
    await this.system.waitFor(async () => {
      found = (await this.system.channels()).find((channel) => channel.name === name);
      return found !== undefined;
    }, LIMIT_MS);
    if (!found) throw new Error(`no channel ${name}`);
    const { dst } = found;
    const fd = await this.endpoint(name, dst);
    const stream: Stream = { fd, inbox: [] };
    this.streams.set(name, stream);
    return {
      ...{ name, dst, src: 0x400 + this.streams.size - 1 },
      send: async (data: Uint8Array | string) => {
        await this.background;
        await this.send(fd, Buffer.from(data));
      },
      sendNow: (data: Uint8Array | string) => this.later(this.send(fd, Buffer.from(data))),
      get pending() {
        return stream.inbox.length;
      },
      receive: async (limitMs = LIMIT_MS) => {
        if (this.failure) throw this.failure;
        if (stream.inbox.length === 0) await this.receive(stream, limitMs);
        const data = stream.inbox.shift();
        if (!data) throw new Error(`no message on ${name} within ${limitMs} ms`);
        return { data: new Uint8Array(data), src: dst, text: () => data.toString('utf8') };
      },
    };
  }

  stop(): Promise<number> {
    return this.system.stop();
  }

  close(): Promise<void> {
    return this.system.close();
  }

  /** A descriptor of an endpoint of Linux that talks to `dst`. */
  private async endpoint(name: string, dst: number): Promise<number> {
    const { status } = await this.system.guest.ask(`ept 0 ${name} -1 ${dst}`);
    if (status < 0) throw new Error(`endpoint for ${name}: ${status}`);
    return status;
  }

  private async send(fd: number, data: Buffer): Promise<void> {
    const { status } = await this.system.guest.ask(`send ${fd} ${data.toString('hex')}`);
    if (status < 0) throw new Error(`send: ${status}`);
  }

  private later(work: Promise<void>): void {
    const done = work.catch((error) => {
      this.failure = error;
    });
    this.background = Promise.all([this.background, done]);
  }

  private async receive(stream: Stream, ms: number): Promise<boolean> {
    const { status, data } = await this.system.guest.ask(`recv ${stream.fd} ${ms}`, ms + LIMIT_MS);
    if (status < 0) return false;
    stream.inbox.push(Buffer.from(data.toString('latin1'), 'hex'));
    return true;
  }

  private async refresh(): Promise<void> {
    if (this.failure) throw this.failure;
    this.text = await this.system.trace();
    for (const stream of this.streams.values()) while (await this.receive(stream, 0));
    const { channels } = this.simulation;
    channels.splice(0, channels.length, ...(await this.announced()));
  }

  private async announced(): Promise<Announced[]> {
    const sendto = (data: Uint8Array, dst: number): void =>
      this.later(
        this.endpoint(`to-${dst}`, dst).then(async (fd) => {
          await this.send(fd, Buffer.from(data));
          await this.system.guest.ask(`close ${fd}`);
        }),
      );
    const all = await this.system.channels();
    return all.map(({ name, dst }) => ({ name, dst, createEpt: () => ({ sendto }) }));
  }
}
