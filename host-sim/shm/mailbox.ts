/** The mailbox page of the `virt-ivshmem` board, from the remote's side. Nothing interrupts: both sides look. */
import { array, struct, u32, u64 } from '../../runtime/abi/struct.js';
import type { MemoryFile } from './memory-file.js';

/** Bytes from the end of the memory file. */
export const MAILBOX_SIZE = 4096;
/** "RPMB": the host's driver is ready. */
export const MAILBOX_MAGIC = 0x424d5052;
const MAILBOX_ENTRIES = 256;

/** What the host is doing (`host_state`). */
export const HostState = { offline: 0, running: 1, stopAsked: 2, attached: 3, detached: 4 } as const;

/** Everything in front of the two rings of notifyids; test/linux/rproc_ivshmem.c has the same. */
export const Mailbox = struct('mailbox', {
  magic: u32,
  version: u32,
  host_state: u32,
  boot_seq: u32,
  boot_addr: u64,
  table_da: u64,
  table_len: u32,
  pad0: u32,
  da_base: u64,
  bar_pa: u64,
  bar_size: u64,
  remote_state: u32,
  ack_seq: u32,
  attach_table_da: u32,
  attach_table_len: u32,
  crash: u32,
  pad1: array(u32, 11),
  h2r_head: u32,
  h2r_dropped: u32,
  pad2: array(u32, 14),
  h2r_tail: u32,
  pad3: array(u32, 15),
  r2h_head: u32,
  pad4: array(u32, 15),
  r2h_tail: u32,
});
const H2R = 0x200;
const R2H = 0x600;

/** Fields that belong to the remote. */
type Own =
  | 'remote_state'
  | 'ack_seq'
  | 'attach_table_da'
  | 'attach_table_len'
  | 'crash'
  | 'h2r_tail'
  | 'r2h_head';

export class RemoteMailbox {
  private readonly base: number;
  private readonly page = new Uint8Array(Mailbox.size);
  private readonly view = new DataView(this.page.buffer);
  private readonly word = new Uint8Array(4);
  private readonly wordView = new DataView(this.word.buffer);
  /** Entries ever taken and ever written in this boot. */
  private taken = 0;
  private sent = 0;

  constructor(private readonly file: MemoryFile) {
    this.base = file.size - MAILBOX_SIZE;
  }

  /** Looks at the page: the getters tell what was there then. */
  look(): void {
    this.file.read(this.base, this.page);
  }

  get ready(): boolean {
    return this.get('magic') === MAILBOX_MAGIC;
  }
  get hostState(): number {
    return this.get('host_state');
  }
  get bootSeq(): number {
    return this.get('boot_seq');
  }
  /** The boot that a remote has taken last. */
  get ackSeq(): number {
    return this.get('ack_seq');
  }
  get bootAddr(): bigint {
    return this.view.getBigUint64(Mailbox.offset.boot_addr, true);
  }
  /** Where the loaded resource table is; undefined without one. */
  get table(): { da: number; len: number } | undefined {
    const len = this.get('table_len');
    return len === 0 ? undefined : { da: Number(this.view.getBigUint64(Mailbox.offset.table_da, true)), len };
  }
  /** Physical address of the file's first byte in the host. */
  get barPa(): number {
    return Number(this.view.getBigUint64(Mailbox.offset.bar_pa, true));
  }

  /** The host has started a new life: its counters are 0, and so are ours. */
  renew(): void {
    this.taken = 0;
    this.sent = 0;
  }

  set(field: Own, value: number): void {
    this.store(Mailbox.offset[field], value);
  }

  /** Takes the notifyids that were there at the last `look`. */
  take(kicked: (notifyid: number) => void): boolean {
    const head = this.get('h2r_head');
    if (head === this.taken) return false;
    while (this.taken !== head) {
      this.file.read(this.base + H2R + 4 * (this.taken % MAILBOX_ENTRIES), this.word);
      const notifyid = this.wordView.getUint32(0, true);
      this.taken = (this.taken + 1) >>> 0;
      kicked(notifyid);
    }
    this.set('h2r_tail', this.taken);
    return true;
  }

  /** Interrupts the host; false when it has not taken the last 256 yet. */
  kick(notifyid: number): boolean {
    this.file.read(this.base + Mailbox.offset.r2h_tail, this.word);
    if ((this.sent - this.wordView.getUint32(0, true)) >>> 0 >= MAILBOX_ENTRIES) return false;
    this.store(R2H + 4 * (this.sent % MAILBOX_ENTRIES), notifyid);
    this.sent = (this.sent + 1) >>> 0;
    this.set('r2h_head', this.sent);
    return true;
  }

  private get(field: keyof typeof Mailbox.offset): number {
    return this.view.getUint32(Mailbox.offset[field], true);
  }

  private store(offset: number, value: number): void {
    this.wordView.setUint32(0, value, true);
    this.file.write(this.base + offset, this.word);
  }
}
