/** The resource table's bytes against hex written by hand from include/linux/remoteproc.h. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { rpmsgVdev, trace } from '../../sdk/config/resources/index.js';
import { encodeTable } from '../../sdk/table/encode-table.js';
import { deadline } from '../../sdk/testing/deadline.js';

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

/** Hex text with spaces, line breaks and `; comments`. */
function written(text: string): string {
  return text.replace(/;.*$/gm, '').replace(/\s+/g, '');
}

const DEFAULT_VDEV = `
  03000000                                ; RSC_VDEV
  07000000 00000000                       ; id 7, notifyid
  01000000 00000000 00000000              ; dfeatures F_NS, gfeatures, config_len
  00 02 0000                              ; status, num_of_vrings, reserved
  ffffffff 10000000 00010000 00000000 00000000  ; da ANY, align 16, num 256, notifyid, pa
  ffffffff 10000000 00010000 00000000 00000000`;

test(
  'trace and rpmsg vdev with defaults',
  deadline(1000, () => {
    const { bytes, relocations } = encodeTable([trace(), rpmsgVdev()]);
    assert.is(
      hex(bytes),
      written(`
        01000000 02000000 00000000 00000000   ; ver 1, num 2, reserved
        18000000 48000000                     ; offsets 24 and 72
        02000000                              ; RSC_TRACE
        00000000 00100000 00000000            ; da (relocated), len 4096, reserved
        7472616365300000 0000000000000000 0000000000000000 0000000000000000  ; "trace0"
        ${DEFAULT_VDEV}`),
    );
    assert.equal(relocations, [{ offset: 28, symbol: 'rproc_trace_trace0', addend: 0 }]);
  }),
);

test(
  'every option',
  deadline(1000, () => {
    const { bytes, relocations } = encodeTable([
      rpmsgVdev({ num: 16, align: 4096, vringDa: [0x10060000, 0x10064000], nameService: false }),
      trace({ name: 'a-name-of-exactly-31-bytes-aaaa', size: 0x12340 }),
      trace({ name: 'ü', size: 16 }),
    ]);
    assert.is(
      hex(bytes),
      written(`
        01000000 03000000 00000000 00000000
        1c000000 60000000 90000000            ; offsets 28, 96, 144
        03000000 07000000 00000000
        00000000 00000000 00000000            ; no features
        00 02 0000
        00000610 00100000 10000000 00000000 00000000
        00400610 00100000 10000000 00000000 00000000
        02000000 00000000 40230100 00000000
        612d6e616d652d6f662d65786163746c792d33312d62797465732d6161616100
        02000000 00000000 10000000 00000000
        c3bc000000000000 0000000000000000 0000000000000000 0000000000000000`),
    );
    assert.equal(
      relocations.map(({ offset }) => offset),
      [100, 148],
    );
    assert.is(new Set(relocations.map(({ symbol }) => symbol)).size, 2);
  }),
);

test(
  'EVENT_IDX is bit 29 of the offer, beside the name service or alone',
  deadline(1000, () => {
    // Header, one offset, type, id, notifyid.
    const offered = (options: Parameters<typeof rpmsgVdev>[0]) =>
      hex(encodeTable([rpmsgVdev(options)]).bytes).slice(2 * 32, 2 * 36);
    assert.is(offered({ eventIdx: true }), '01000020');
    assert.is(offered({ eventIdx: true, nameService: false }), '00000020');
    assert.is(offered({}), '01000000');
  }),
);

test(
  'no entries',
  deadline(1000, () => {
    assert.is(hex(encodeTable([]).bytes), '01000000000000000000000000000000');
  }),
);

test.run();
