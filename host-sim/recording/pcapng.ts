/**
 * pcapng files, little-endian: IETF draft-ietf-opsawg-pcapng, sections 3.5 (options), 4.1 (section header), 4.2
 * (interface description) and 4.3 (enhanced packet).
 */
import { struct, u16, u32 } from '../../runtime/abi/struct.js';

/** Link types of our own making; 147 is the first of sixteen (LINKTYPE_USER0). */
export const LINKTYPE_USER0 = 147;

const BlockHead = struct('block', { type: u32, total_length: u32 });
const SectionHeader = struct('section_header', {
  byte_order_magic: u32,
  major: u16,
  minor: u16,
  section_length_low: u32,
  section_length_high: u32,
});
const InterfaceDescription = struct('interface_description', { linktype: u16, reserved: u16, snaplen: u32 });
const EnhancedPacket = struct('enhanced_packet', {
  interface_id: u32,
  timestamp_high: u32,
  timestamp_low: u32,
  captured_length: u32,
  original_length: u32,
});
const OptionHead = struct('option', { code: u16, length: u16 });

const SECTION_HEADER_BLOCK = 0x0a0d0d0a;
const INTERFACE_DESCRIPTION_BLOCK = 1;
const ENHANCED_PACKET_BLOCK = 6;
const BYTE_ORDER_MAGIC = 0x1a2b3c4d;

const SHB_OS = 3;
const SHB_USERAPPL = 4;
const IF_NAME = 2;
const IF_DESCRIPTION = 3;
const IF_TSRESOL = 9;
const EPB_FLAGS = 2;
/** if_tsresol: negative power of ten. */
const NANOSECONDS = 9;
/** epb_flags, bits 0 and 1. */
const directions = { in: 1, out: 2 } as const;

interface Option {
  readonly code: number;
  readonly value: Uint8Array;
}

/** What the section header says of the file's origin. */
export interface PcapngOrigin {
  /** The system that was recorded. */
  readonly os: string;
  /** What wrote the file. */
  readonly application: string;
}

/** One packet on an interface. */
export interface PcapngPacket {
  /** What `addInterface` gave. */
  readonly interfaceId: number;
  /** Milliseconds; kept to the nanosecond. */
  readonly time: number;
  readonly direction: 'in' | 'out';
  /** Copied. */
  readonly bytes: Uint8Array;
  /** Bytes of the packet before it was cut. */
  readonly originalLength: number;
}

/** A file that grows in memory, block by block. */
export class PcapngWriter {
  private file = new Uint8Array(4096);
  private view = new DataView(this.file.buffer);
  private size = 0;
  private interfaces = 0;

  constructor({ os, application }: PcapngOrigin) {
    const body = SectionHeader.pack({
      byte_order_magic: BYTE_ORDER_MAGIC,
      ...{ major: 1, minor: 0 },
      // -1: the section ends with the file.
      ...{ section_length_low: 0xffffffff, section_length_high: 0xffffffff },
    });
    this.block(SECTION_HEADER_BLOCK, body, new Uint8Array(0), [
      { code: SHB_OS, value: encode(os) },
      { code: SHB_USERAPPL, value: encode(application) },
    ]);
  }

  /** An interface of link type USER0 with time stamps in nanoseconds; the id that its packets name. */
  addInterface(name: string, description: string): number {
    const body = InterfaceDescription.pack({ linktype: LINKTYPE_USER0, reserved: 0, snaplen: 0 });
    this.block(INTERFACE_DESCRIPTION_BLOCK, body, new Uint8Array(0), [
      { code: IF_NAME, value: encode(name) },
      { code: IF_DESCRIPTION, value: encode(description) },
      { code: IF_TSRESOL, value: Uint8Array.of(NANOSECONDS) },
    ]);
    return this.interfaces++;
  }

  addPacket({ interfaceId, time, direction, bytes, originalLength }: PcapngPacket): void {
    const ns = Math.round(time * 1e6);
    const body = EnhancedPacket.pack({
      interface_id: interfaceId,
      timestamp_high: Math.floor(ns / 2 ** 32),
      timestamp_low: ns % 2 ** 32,
      captured_length: bytes.length,
      original_length: originalLength,
    });
    const flags = Uint8Array.of(directions[direction], 0, 0, 0);
    this.block(ENHANCED_PACKET_BLOCK, body, bytes, [{ code: EPB_FLAGS, value: flags }]);
  }

  /** The file as it is now. */
  bytes(): Uint8Array {
    return this.file.slice(0, this.size);
  }

  /** Fixed fields, data and options; the block's length is there twice, so that readers can walk backwards. */
  private block(type: number, body: Uint8Array, data: Uint8Array, options: readonly Option[]): void {
    const optionsSize = options.reduce((sum, { value }) => sum + OptionHead.size + padded(value.length), 0);
    const total = BlockHead.size + body.length + padded(data.length) + optionsSize + OptionHead.size + 4;
    this.reserve(total);
    const start = this.size;
    this.append(BlockHead.pack({ type, total_length: total }));
    this.append(body);
    this.append(data);
    for (const { code, value } of options) {
      this.append(OptionHead.pack({ code, length: value.length }));
      this.append(value);
    }
    // opt_endofopt is all zeroes, as the file is beyond its end.
    this.size += OptionHead.size;
    this.view.setUint32(this.size, total, true);
    this.size = start + total;
  }

  /** Appends, padded with zeroes to 32 bits. */
  private append(bytes: Uint8Array): void {
    this.file.set(bytes, this.size);
    this.size += padded(bytes.length);
  }

  private reserve(size: number): void {
    if (this.size + size <= this.file.length) return;
    const larger = new Uint8Array(Math.max(2 * this.file.length, this.size + size));
    larger.set(this.file);
    this.file = larger;
    this.view = new DataView(larger.buffer);
  }
}

function padded(length: number): number {
  return (length + 3) & ~3;
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
