/** A booted firmware under a real kernel, with the calls of the test API that conversations use. */
import { performance } from 'node:perf_hooks';
import { virtIvshmem } from '../../boards/virt-ivshmem.js';
import { type BuiltKernel, RealSystem } from '../../host-sim/linux/index.js';
import type { RemoteUnderTest } from '../../sdk/testing/index.js';

const LIMIT_MS = 30000;

interface Stream {
  readonly fd: number;
  /** What has arrived and was not taken, message by message. */
  readonly inbox: Buffer[];
}

export class RealRemote {
  readonly system: RealSystem;
  private readonly streams = new Map<string, Stream>();
  private text = '';
  /** Commands that nobody waits for; the agent answers in order. */
  private failure: unknown;

  private constructor(kernel: BuiltKernel, image: Uint8Array, drivers: readonly string[]) {
    const clock = () => performance.now();
    const parts = { kernel, image, drivers, clock, board: virtIvshmem, name: 'firmware.elf', seed: 1 };
    this.system = new RealSystem({ ...parts, recovery: false });
  }

  /** Boots a guest and the image in it; `close` ends both. Throws Error with the log when the image does not boot. */
  static async boot(kernel: BuiltKernel, image: Uint8Array, drivers: readonly string[]): Promise<RealRemote> {
    const remote = new RealRemote(kernel, image, drivers);
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
    let found: { src: number; dst: number } | undefined;
    await this.system.waitFor(async () => {
      found = (await this.system.channels()).find((channel) => channel.name === name);
      return found !== undefined;
    }, LIMIT_MS);
    if (!found) throw new Error(`no channel ${name}`);
    const { dst } = found;
    const fd = (await this.system.guest.ask(`ept 0 ${name} -1 ${dst}`)).status;
    if (fd < 0) throw new Error(`endpoint for ${name}: ${fd}`);
    const stream: Stream = { fd, inbox: [] };
    this.streams.set(name, stream);
    const send = async (data: Uint8Array | string) => {
      const { status } = await this.system.guest.ask(`send ${fd} ${Buffer.from(data).toString('hex')}`);
      if (status < 0) throw new Error(`send on ${name}: ${status}`);
    };
    return {
      ...{ name, dst, send, src: 0x400 + this.streams.size - 1 },
      get pending() {
        return stream.inbox.length;
      },
      receive: async (limitMs = LIMIT_MS) => {
        if (stream.inbox.length === 0) await this.receive(stream, limitMs);
        const data = stream.inbox.shift();
        if (!data) throw new Error(`no message on ${name} within ${limitMs} ms`);
        return { data: new Uint8Array(data), src: dst, text: () => data.toString('utf8') };
      },
    };
  }

  async port(name: string) {
    const path = `/dev/${name}`;
    let fd = -1;
    await this.system.waitFor(async () => {
      fd = (await this.system.guest.ask(`open ${path}`)).status;
      return fd >= 0;
    }, LIMIT_MS);
    const stream: Stream = { fd, inbox: [] };
    this.streams.set(name, stream);
    return {
      write: (data: Uint8Array): number => {
        this.write(fd, Buffer.from(data)).catch((error) => {
          this.failure = error;
        });
        return data.length;
      },
      read: (): Uint8Array => Buffer.concat(stream.inbox.splice(0)),
    };
  }

  stop(): Promise<number> {
    return this.system.stop();
  }

  close(): Promise<void> {
    return this.system.close();
  }

  /** A non-blocking file takes as much as there is room for. */
  private async write(fd: number, data: Buffer): Promise<void> {
    for (let at = 0; at < data.length; ) {
      const part = data.subarray(at, at + 2048);
      const { status } = await this.system.guest.ask(`send ${fd} ${part.toString('hex')}`);
      if (status > 0) at += status;
      else if (status !== -11) throw new Error(`write: ${status}`);
    }
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
  }
}
