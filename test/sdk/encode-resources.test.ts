/** Every kind of entry against hex written by hand from include/linux/rsc_table.h (linux-remoteproc section 5). */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { struct, u8, u16, u32 } from '../../runtime/abi/struct.js';
import {
  atImageEnd,
  atSection,
  atSymbol,
  carveout,
  devmem,
  type Resource,
  raw,
  rpmsgVdev,
  trace,
  vdev,
  vendor,
} from '../../sdk/config/resources/index.js';
import { encodeEntry } from '../../sdk/table/encode-entry.js';
import { encodeTable } from '../../sdk/table/encode-table.js';
import { deadline } from '../../sdk/testing/deadline.js';

/** Hex text with spaces, line breaks and `; comments`. */
function written(text: string): string {
  return text.replace(/;.*$/gm, '').replace(/\s+/g, '');
}

function entryOf(resource: Resource) {
  const { bytes, relocations } = encodeEntry(resource);
  return { hex: Buffer.from(bytes).toString('hex'), relocations };
}

const NAME = '7368617265640000 0000000000000000 0000000000000000 0000000000000000 ; "shared"';

test(
  'carveout: any address, fixed address, flags, address of a section',
  deadline(1000, () => {
    assert.equal(entryOf(carveout({ name: 'shared', size: 0x2000 })), {
      hex: written(`00000000 ffffffff ffffffff 00200000 00000000 00000000 ${NAME}`),
      relocations: [],
    });
    assert.equal(entryOf(carveout({ name: 'shared', size: 0x10, da: 0, flags: 0x80000001 })), {
      hex: written(`00000000 00000000 ffffffff 10000000 01000080 00000000 ${NAME}`),
      relocations: [],
    });
    assert.equal(entryOf(carveout({ name: 'shared', size: 0x10, da: atSection('.text', 8) })), {
      hex: written(`00000000 00000000 ffffffff 10000000 00000000 00000000 ${NAME}`),
      relocations: [{ offset: 4, symbol: 'rproc_section_$2etext', addend: 8 }],
    });
  }),
);

test(
  'devmem',
  deadline(1000, () => {
    assert.equal(entryOf(devmem({ name: 'shared', da: 0x48000000, pa: 0x4a000000, size: 0x1000 })), {
      hex: written(`01000000 00000048 0000004a 00100000 03000000 00000000 ${NAME}`),
      relocations: [],
    });
  }),
);

test(
  'trace: in the image, at an address, at a symbol',
  deadline(1000, () => {
    const at = (da?: string) => written(`02000000 ${da ?? '00000000'} 00010000 00000000 ${NAME}`);
    assert.equal(entryOf(trace({ name: 'shared', size: 256 })), {
      hex: at(),
      relocations: [{ offset: 4, symbol: 'rproc_trace_shared', addend: 0 }],
    });
    assert.equal(entryOf(trace({ name: 'shared', size: 256, da: 0x10001000 })), {
      hex: at('00100010'),
      relocations: [],
    });
    assert.equal(entryOf(trace({ name: 'shared', size: 256, da: atSymbol('log_buffer') })).relocations, [
      { offset: 4, symbol: 'log_buffer', addend: 0 },
    ]);
  }),
);

test(
  'vdev: id, features up to bit 31, config space, a vring at a linked address',
  deadline(1000, () => {
    const entry = entryOf(
      vdev({
        name: 'console',
        id: 3,
        features: [0, 29, 31],
        vrings: [{ num: 16, align: 4096 }, { da: atImageEnd(0x1000) }],
        config: [80, 0, 25],
      }),
    );
    assert.equal(entry, {
      hex: written(`
        03000000 03000000 00000000 010000a0 00000000 03000000 00 02 0000
        ffffffff 00100000 10000000 00000000 00000000
        00000000 10000000 00010000 00000000 00000000
        500019`),
      relocations: [{ offset: 48, symbol: 'rproc_image_end', addend: 0x1000 }],
    });
  }),
);

test(
  'vendor: bytes, and a format with words that the linker fills in; raw',
  deadline(1000, () => {
    assert.is(entryOf(vendor({ name: 'v', type: 512, payload: [1, 2, 3] })).hex, '00020000010203');
    const Format = struct('format', { magic: u32, kind: u8, pad: u8, port: u16, log: u32 });
    const value = { magic: 0x6e787073, kind: 1, pad: 0, port: 0x1234, log: atSymbol('log', 4) };
    assert.equal(entryOf(vendor({ name: 'v', type: 128, format: Format, value })), {
      hex: written('80000000 7370786e 01 00 3412 00000000'),
      relocations: [{ offset: 12, symbol: 'log', addend: 4 }],
    });
    assert.is(entryOf(raw({ name: 'r', bytes: [4, 0, 0, 0, 9] })).hex, '0400000009');
  }),
);

test(
  'offsets stay multiples of four behind entries of odd size',
  deadline(1000, () => {
    const { bytes, entries, relocations } = encodeTable([
      raw({ name: 'r', bytes: [4, 0, 0, 0, 9] }),
      vdev({ name: 'c', id: 3, config: [1] }),
      trace(),
      rpmsgVdev({ vringDa: [0x1000, 0x2000] }),
    ]);
    // Header 16, four offsets; raw 5 -> 8; vdev 4 + 24 + 40 + 1 = 69 -> 72; trace 48; rpmsg vdev 68.
    assert.equal(
      entries.map(({ offset, size }) => [offset, size]),
      [
        [32, 5],
        [40, 69],
        [112, 48],
        [160, 68],
      ],
    );
    assert.is(bytes.length, 228);
    const words = new DataView(bytes.buffer);
    assert.equal(
      [16, 20, 24, 28].map((at) => words.getUint32(at, true)),
      [32, 40, 112, 160],
    );
    assert.equal(relocations, [{ offset: 116, symbol: 'rproc_trace_trace0', addend: 0 }]);
    assert.is(words.getUint32(160 + 28, true), 0x1000);
    assert.is(words.getUint32(160 + 48, true), 0x2000);
  }),
);

test.run();
