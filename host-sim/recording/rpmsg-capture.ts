/** Records the messages of a run as a capture file: one interface per rpmsg device, one packet per message. */
import { type PcapngOrigin, PcapngWriter } from './pcapng.js';
import type { RecordedMessage, Recorder } from './recorder.js';

/** The Wireshark dissector for these files. */
export const rpmsgDissector = new URL('./rpmsg.lua', import.meta.url);

/** A pcapng file of link type USER0; rpmsg.lua beside this file tells Wireshark what its packets are. */
export class RpmsgCapture implements Recorder {
  private readonly file: PcapngWriter;
  private readonly processors = new Map<number, string>();
  /** Ids by the device's name: a device that comes again after a restart goes on with its interface. */
  private readonly interfaces = new Map<string, number>();
  private count = 0;

  constructor(origin: PcapngOrigin) {
    this.file = new PcapngWriter(origin);
  }

  /** Messages that were recorded. */
  get messages(): number {
    return this.count;
  }

  /** The file as it is now. */
  bytes(): Uint8Array {
    return this.file.bytes();
  }

  processor(processor: number, name: string): void {
    this.processors.set(processor, name);
  }

  message({ time, device, processor, direction, bytes, length }: RecordedMessage): void {
    let interfaceId = this.interfaces.get(device);
    if (interfaceId === undefined) {
      const description = `rpmsg with ${this.processors.get(processor)} (remoteproc${processor})`;
      interfaceId = this.file.addInterface(device, description);
      this.interfaces.set(device, interfaceId);
    }
    this.file.addPacket({ interfaceId, time, direction, bytes, originalLength: length });
    this.count++;
  }
}
