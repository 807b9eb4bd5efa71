/** rpmsg.lua in tshark: header, name service, services by their names, and what is wrong with a message. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { RpmsgCapture } from '../../../host-sim/recording/rpmsg-capture.js';
import { deadline } from '../../../sdk/testing/deadline.js';
import { need } from '../../support/need.js';
import { nsPayload, rpmsgBytes } from '../../support/sim-remote.js';
import { RecordingDriver, rpmsgBench } from '../../support/sim-rpmsg.js';
import { tshark, tsharkFields } from '../../support/tshark.js';

const LIMIT = 60_000;
const withTshark = need('tshark') ? test : test.skip;
const text = (what: string) => new Uint8Array(Buffer.from(what));

/** A capture that messages are put into one by one, a microsecond apart. */
function capture() {
  const recorder = new RpmsgCapture({ os: 'Linux', application: 'test' });
  recorder.processor(0, 'm4');
  let time = 0;
  const put = (direction: 'in' | 'out', bytes: Uint8Array, device = 'virtio0', length = bytes.length) => {
    time += 0.001;
    recorder.message({ time, device, processor: 0, direction, bytes, length });
  };
  return {
    recorder,
    in: (src: number, dst: number, data: Uint8Array, device?: string) =>
      put('in', rpmsgBytes(src, dst, data), device),
    out: (src: number, dst: number, data: Uint8Array, device?: string) =>
      put('out', rpmsgBytes(src, dst, data), device),
    put,
  };
}

withTshark(
  'the five fields of the header',
  deadline(LIMIT, () => {
    const { recorder, put } = capture();
    put(
      'out',
      new Uint8Array(Buffer.from('78563412 34000000 00000000 0300 cdab aabbcc'.replaceAll(' ', ''), 'hex')),
    );
    put('in', new Uint8Array(Buffer.from('ffffffff 00000080 04030201 0000 0000'.replaceAll(' ', ''), 'hex')));
    const fields = ['src', 'dst', 'reserved', 'len', 'flags', 'payload'].map((name) => `rpmsg.${name}`);
    assert.equal(tsharkFields(recorder.bytes(), ['frame.protocols', ...fields]), [
      ['rpmsg', '0x12345678', '0x00000034', '0x00000000', '3', '0xabcd', 'aabbcc'],
      ['rpmsg', '0xffffffff', '0x80000000', '0x01020304', '0', '0x0000', ''],
    ]);
    assert.equal(tsharkFields(recorder.bytes(), ['_ws.expert.message']), [
      [''],
      ['Reserved bytes are not zero'],
    ]);
  }),
);

withTshark(
  'a service has its name from its announcement until it is withdrawn, on its device only',
  deadline(LIMIT, () => {
    const c = capture();
    c.out(0x400, 0x401, text('too early'));
    c.in(0x401, 53, nsPayload('rpmsg-tty', 0x401));
    c.out(0x400, 0x401, text('echo\r\n'));
    c.in(0x401, 0x400, text('größe\n'));
    // The host's own address is the same number; what counts is the firmware's.
    c.in(0x402, 0x401, text('other'));
    c.out(0x400, 0x401, text('elsewhere'), 'virtio1');
    c.in(0x401, 53, nsPayload('rpmsg-tty', 0x401, 1));
    c.out(0x400, 0x401, text('too late'));
    c.in(0x401, 53, nsPayload('rpmsg-raw', 0x401, 2));
    c.in(0x401, 0x400, text('not text'));
    const names = ['ns.name', 'ns.addr', 'ns.flags', 'service', 'text'].map((name) => `rpmsg.${name}`);
    const none = ['', '', '', '', ''];
    const rows = [
      none,
      ['rpmsg-tty', '0x00000401', '0x00000000', '', ''],
      ['', '', '', 'rpmsg-tty', 'echo\\r\\n'],
      ['', '', '', 'rpmsg-tty', 'größe\\n'],
      none,
      none,
      ['rpmsg-tty', '0x00000401', '0x00000001', '', ''],
      none,
      ['rpmsg-raw', '0x00000401', '0x00000002', '', ''],
      ['', '', '', 'rpmsg-raw', ''],
    ];
    assert.equal(tsharkFields(c.recorder.bytes(), names), rows);
    // With two passes packets are looked at again after the state is complete.
    const twice = tshark(c.recorder.bytes(), [
      '-2',
      '-T',
      'fields',
      ...names.flatMap((name) => ['-e', name]),
    ]);
    assert.equal(twice, `${rows.map((row) => row.join('\t')).join('\n')}\n`);
    const columns = tshark(c.recorder.bytes(), [
      '-o',
      'gui.column.format:"P","%p","S","%s","D","%d","I","%i"',
    ]);
    assert.equal(
      columns.split('\n').map((line) => line.trim().replace(/ +/g, ' ')),
      [
        'RPMSG 0x400 → 0x401 9 bytes',
        'RPMSG 0x401 → name service create rpmsg-tty at 0x401',
        'RPMSG 0x400 → 0x401 rpmsg-tty 6 bytes: echo\\r\\n',
        'RPMSG 0x401 → 0x400 rpmsg-tty 8 bytes: größe\\n',
        'RPMSG 0x402 → 0x401 5 bytes',
        'RPMSG 0x400 → 0x401 9 bytes',
        'RPMSG 0x401 → name service destroy rpmsg-tty at 0x401',
        'RPMSG 0x400 → 0x401 8 bytes',
        'RPMSG 0x401 → name service create rpmsg-raw at 0x401',
        'RPMSG 0x401 → 0x400 rpmsg-raw 8 bytes',
        '',
      ],
    );
  }),
);

withTshark(
  'what Linux refuses is marked',
  deadline(LIMIT, () => {
    const { recorder, put } = capture();
    put('in', rpmsgBytes(0x401, 53, nsPayload('x', 0x401).subarray(0, 39)));
    put('in', new Uint8Array(15));
    put('in', rpmsgBytes(1, 2, new Uint8Array(496), 0xffff), 'virtio0', 16 + 0xffff);
    put('out', rpmsgBytes(1, 53, nsPayload('host-service', 1)));
    assert.equal(tsharkFields(recorder.bytes(), ['frame.len', '_ws.expert.message', 'rpmsg.ns.name']), [
      ['55', 'Not 40 bytes: Linux drops it (malformed ns msg)', ''],
      ['15', 'Fewer bytes than a header', ''],
      ['65551', 'The header claims more than the buffer holds', ''],
      ['56', '', ''],
    ]);
  }),
);

withTshark(
  'the messages of a run, in the order in which the host saw them',
  deadline(LIMIT, async () => {
    const recorder = new RpmsgCapture({ os: 'Linux', application: 'test' });
    const driver = new RecordingDriver('d', 'rpmsg-tty');
    const { bench, remote } = await rpmsgBench({ recorders: [recorder], drivers: [driver] });
    assert.is(recorder.messages, 0);
    remote.announce('rpmsg-tty', 0x1234);
    const { ept } = driver.channels[0];
    bench.sim.scheduler.elapse(1.5);
    assert.is(ept!.sendto(text('to the firmware'), 0x1234), 0);
    remote.send(0x1234, ept!.addr, 'to the host');
    // Refused before there is a buffer: not a message.
    assert.is(ept!.sendto(new Uint8Array(497), 0x1234), -90);
    // Linux believes neither used.len nor len here, and says so; the capture has what is in the buffer.
    remote.sendRaw(rpmsgBytes(1, 2, text('short'), 600), 21);
    remote.interrupt(0);
    assert.is(recorder.messages, 4);
    const times = ['frame.time_epoch', 'frame.interface_name', 'frame.packet_flags_direction'];
    const rows = tsharkFields(recorder.bytes(), [
      ...times,
      'rpmsg.src',
      'rpmsg.text',
      'frame.cap_len',
      'frame.len',
    ]);
    const device = 'virtio0';
    assert.equal(rows, [
      ['0.000000000', device, '0x00000001', '0x00001234', '', '56', '56'],
      ['0.001500000', device, '0x00000002', '0x00000400', 'to the firmware', '31', '31'],
      ['0.001500000', device, '0x00000001', '0x00001234', 'to the host', '27', '27'],
      ['0.001500000', device, '0x00000001', '0x00000001', '', '512', '616'],
    ]);
    assert.equal({ ...bench.sim.rpmsg.counters }, { sent: 1, received: 2 });
  }),
);

test('messages are captured byte for byte, without Wireshark', async () => {
  const messages: string[] = [];
  const log = (text: string) => messages.push(text);
  const driver = new RecordingDriver('d', 'svc');
  const { remote } = await rpmsgBench({
    drivers: [driver],
    recorders: [
      {
        message: ({ direction, device, bytes, length }) =>
          log(`${direction} ${device} ${length} ${Buffer.from(bytes).toString('hex')}`),
      },
    ],
  });
  remote.announce('svc', 7);
  driver.channels[0].ept!.sendto(Uint8Array.of(0xab), 7);
  const announced = Buffer.from(rpmsgBytes(7, 53, nsPayload('svc', 7))).toString('hex');
  assert.equal(messages, [`in virtio0 56 ${announced}`, 'out virtio0 17 00040000070000000000000001000000ab']);
});

test.run();
