/** pcapng.ts against the specification, byte by byte, and against Wireshark's reader. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { PcapngWriter } from '../../../host-sim/recording/pcapng.js';
import { deadline } from '../../../sdk/testing/deadline.js';
import { need } from '../../support/need.js';
import { capinfos, tsharkFields } from '../../support/tshark.js';

const ORIGIN = { os: 'Linux', application: 'test' };
const LIMIT = 60_000;
const hexOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

function written(): Uint8Array {
  const file = new PcapngWriter(ORIGIN);
  assert.is(file.addInterface('virtio0', 'm4'), 0);
  const bytes = Uint8Array.of(1, 2, 3, 4, 5);
  // 2^32 ns and a bit: the upper half of the time stamp.
  file.addPacket({ interfaceId: 0, time: 4294.967298, direction: 'out', bytes, originalLength: 9 });
  return file.bytes();
}

test('every block as the specification lays it out', () => {
  const blocks = [
    // Section header: type, length, magic, 1.0, length unknown; shb_os, shb_userappl, end; length.
    '0a0d0d0a 34000000 4d3c2b1a 0100 0000 ffffffffffffffff',
    '0300 0500 4c696e7578000000 0400 0400 74657374 0000 0000 34000000',
    // Interface: type, length, link type 147, no limit; if_name, if_description, if_tsresol 9, end; length.
    '01000000 34000000 9300 0000 00000000',
    '0200 0700 76697274696f3000 0300 0200 6d340000 0900 0100 09000000 0000 0000 34000000',
    // Packet: type, length, interface 0, 2^32 + 2 ns, 5 of 9 bytes; epb_flags outbound, end; length.
    '06000000 34000000 00000000 01000000 02000000 05000000 09000000 0102030405000000',
    '0200 0400 02000000 0000 0000 34000000',
  ];
  assert.is(hexOf(written()), blocks.join('').replaceAll(' ', ''));
});

test('a file grows over many packets, and what was handed out stays as it was', () => {
  const file = new PcapngWriter(ORIGIN);
  file.addInterface('virtio0', 'm4');
  const head = file.bytes();
  const before = head.slice();
  const packet = {
    interfaceId: 0,
    direction: 'in' as const,
    bytes: new Uint8Array(512),
    originalLength: 512,
  };
  for (let time = 0; time < 1000; time++) file.addPacket({ ...packet, time });
  assert.is(file.bytes().length, head.length + 1000 * (32 + 512 + 12));
  assert.equal(head, before);
  assert.equal(file.bytes().subarray(0, head.length), head);
});

(need('tshark') ? test : test.skip)(
  'Wireshark reads the same',
  deadline(LIMIT, () => {
    const file = new PcapngWriter({ os: 'Linux 6.12, simulated', application: 'rproc-sdk' });
    const ids = ['virtio0', 'virtio1'].map((name) => file.addInterface(name, `rpmsg with ${name} é`));
    assert.equal(ids, [0, 1]);
    const times = [0, 0.000001, 12.345678, 3_600_000.000001];
    for (const [i, time] of times.entries()) {
      const bytes = new Uint8Array(i).fill(0xa5);
      const direction = i % 2 === 0 ? 'in' : 'out';
      file.addPacket({ interfaceId: i % 2, time, direction, bytes, originalLength: i + (i === 3 ? 100 : 0) });
    }
    const info = capinfos(file.bytes());
    assert.is(info['File type'], 'Wireshark/... - pcapng');
    assert.match(info['File encapsulation'], /^USER 0$/i);
    assert.match(info['File timestamp precision'], 'nanoseconds');
    assert.is(info['Number of packets'], '4');
    assert.is(info['Capture oper-sys'], 'Linux 6.12, simulated');
    assert.is(info['Capture application'], 'rproc-sdk');
    const fields = ['frame.time_epoch', 'frame.interface_name', 'frame.interface_description'];
    const more = ['frame.packet_flags_direction', 'frame.cap_len', 'frame.len'];
    assert.equal(tsharkFields(file.bytes(), [...fields, ...more]), [
      ['0.000000000', 'virtio0', 'rpmsg with virtio0 é', '0x00000001', '0', '0'],
      ['0.000000001', 'virtio1', 'rpmsg with virtio1 é', '0x00000002', '1', '1'],
      ['0.012345678', 'virtio0', 'rpmsg with virtio0 é', '0x00000001', '2', '2'],
      ['3600.000000001', 'virtio1', 'rpmsg with virtio1 é', '0x00000002', '3', '103'],
    ]);
    // A run without messages.
    assert.is(capinfos(new PcapngWriter(ORIGIN).bytes())['Number of packets'], '0');
  }),
);

test.run();
