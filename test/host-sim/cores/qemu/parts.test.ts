/** The parts of the QEMU core without QEMU: pipes, the RAM file, the control protocol, the arguments, the clock, the record. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { qemuMps2An386 } from '../../../../boards/qemu/mps2-an386.js';
import { qemuR5f } from '../../../../boards/qemu/r5f.js';
import { qemuRv32 } from '../../../../boards/qemu/rv32.js';
import { machineArguments } from '../../../../host-sim/cores/qemu/arguments.js';
import { FifoReader, FifoWriter } from '../../../../host-sim/cores/qemu/fifo.js';
import { QmpClient } from '../../../../host-sim/cores/qemu/qmp.js';
import { RamFile } from '../../../../host-sim/cores/qemu/ram-file.js';
import { crashOf } from '../../../../host-sim/cores/qemu/status.js';
import { WallClock } from '../../../../host-sim/cores/qemu/wall-clock.js';
import { SocMemory } from '../../../../host-sim/soc/memory.js';
import { da, pa } from '../../../../runtime/abi/address.js';
import { NativeState, NativeStatus, STATUS_MAGIC, STATUS_VERSION } from '../../../../runtime/abi/native.js';
import { deadline } from '../../../../sdk/testing/index.js';
import { image } from '../../../support/sim-images.js';

const LIMIT = 10000;
const RAM = 0x21000000;

async function withPipe(body: (path: string) => Promise<void>): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'rproc-fifo-'));
  try {
    const path = join(dir, 'pipe');
    execFileSync('mkfifo', [path]);
    await body(path);
  } finally {
    rmSync(dir, { recursive: true });
  }
}

const taken = (reader: FifoReader): number[] => reader.take().flatMap((bytes) => [...bytes]);

test(
  'a pipe is read at any time, with and without the event loop, once and in order',
  deadline(LIMIT, () =>
    withPipe(async (path) => {
      let calls = 0;
      const reader = new FifoReader(path, () => calls++);
      const writer = new FifoWriter(path);
      assert.equal(taken(reader), []);
      for (const byte of [1, 2, 0xff]) assert.is(writer.write(byte), true);
      assert.equal(taken(reader), [1, 2, 255]);
      assert.equal(taken(reader), []);
      writer.write(4);
      while (calls === 0) await new Promise((resolve) => setTimeout(resolve, 1));
      writer.write(5);
      assert.equal(taken(reader), [4, 5]);
      assert.equal(taken(reader), []);
      reader.close();
      writer.close();
    }),
  ),
);

test(
  'a full pipe takes no more, and what nobody has read can be taken back',
  deadline(LIMIT, () =>
    withPipe(async (path) => {
      const writer = new FifoWriter(path);
      let count = 0;
      while (writer.write(7)) count++;
      assert.is(count, 65536, 'pipe(7)');
      writer.clear();
      assert.is(writer.write(8), true);
      const reader = new FifoReader(path, () => {});
      assert.equal(taken(reader), [8]);
      reader.close();
      writer.close();
    }),
  ),
);

test(
  'the RAM file: both sides see each other where they ask, nowhere else; the last word; zeroes after close',
  deadline(LIMIT, () => {
    const ranges = [{ da: da(RAM), pa: pa(RAM), len: 0x10000 }];
    const [linux, other] = [new SocMemory(ranges), new SocMemory(ranges)];
    const file = new RamFile(linux, pa(RAM), 0x10000);
    linux.cache = file;
    // What QEMU does with the descriptor.
    const core = new RamFile(other, pa(RAM), 0x10000);
    Object.defineProperty(core, 'descriptor', { get: () => file.descriptor });
    linux.bytes(pa(RAM + 0x100), 4).set([1, 2, 3, 4]);
    file.clean(pa(RAM + 0x101), 2);
    assert.equal([...peek(core, 0x100, 4)], [0, 2, 3, 0]);
    other.bytes(pa(RAM + 0x200), 4).set([5, 6, 7, 8]);
    core.clean(pa(RAM + 0x200), 4);
    assert.equal([...linux.bytes(pa(RAM + 0x200), 4)], [0, 0, 0, 0]);
    file.invalidate(pa(RAM + 0x200), 3);
    assert.equal([...linux.bytes(pa(RAM + 0x200), 4)], [5, 6, 7, 0]);
    assert.equal([...linux.peek(pa(RAM + 0x200), 4)], [5, 6, 7, 8], 'peek is the core’s');
    file.setLastWord(0x21000400);
    assert.equal([...peek(core, 0xfffc, 8)], [0, 4, 0, 0x21, 0, 0, 0, 0]);
    file.close();
    assert.equal([...linux.peek(pa(RAM + 0x200), 4)], [0, 0, 0, 0]);
    file.close();
  }),
);

function peek(file: RamFile, offset: number, len: number): Uint8Array {
  const bytes = new Uint8Array(len);
  file.read(pa(RAM + offset), bytes);
  return bytes;
}

/** A client and QEMU's end of its socket. */
function control() {
  const toQemu: string[] = [];
  const socket = new PassThrough();
  const answers = socket as unknown as { push(text: string): void };
  socket.write = ((text: string) => {
    toQemu.push(text);
    return true;
  }) as never;
  return { client: new QmpClient(socket), toQemu, answer: (text: string) => answers.push(text) };
}

test(
  'control: commands, answers in pieces and in any order, refusals, events, an end',
  deadline(LIMIT, async () => {
    const { client, toQemu, answer } = control();
    const [first, second, third] = ['stop', 'cont', 'wrong'].map((name) => client.execute(name));
    assert.equal(
      toQemu,
      [1, 2, 3].map((id) => `${JSON.stringify({ execute: ['stop', 'cont', 'wrong'][id - 1], id })}\n`),
    );
    const reset = client.event('RESET');
    answer('{"QMP": {}}\r\n{"return": {"b": 2}, "id": 2}\r\n{"retu');
    answer('rn": {}, "id": 1}\r\n{"event": "RESUME"}\r\n{"event": "RESET"}\r\n');
    answer('{"error": {"class": "CommandNotFound", "desc": "no such command"}, "id": 3}\r\n');
    assert.equal(await second, { b: 2 });
    assert.equal(await first, {});
    await reset;
    await third.then(
      () => assert.unreachable(),
      (error: Error) => assert.is(error.message, 'QEMU refuses wrong: no such command'),
    );
    const last = client.execute('quit');
    client.end(new Error('gone'));
    await last.then(
      () => assert.unreachable(),
      (error: Error) => assert.is(error.message, 'gone'),
    );
  }),
);

test('arguments: the serial ports in the order of the board, a ROM where it needs one, a debugger when asked for', () => {
  const m4 = machineArguments(qemuMps2An386.qemu!, '/f', undefined).join(' ');
  assert.match(m4, /^-M mps2-an386,memory-backend=ram -object memory-backend-file,id=ram,size=16777216,/);
  assert.match(m4, /-nic none -monitor none -display none -S /);
  assert.match(
    m4,
    /-serial chardev:console -serial chardev:door -device loader,file=\/f\/rom,addr=0,force-raw=on$/,
  );
  const r5f = machineArguments(qemuR5f.qemu!, '/f', 1234).join(' ');
  assert.match(r5f, /-cpu cortex-r5f .* -gdb tcp:127\.0\.0\.1:1234$/);
  assert.not.match(r5f, /loader/);
  const rv32 = machineArguments(qemuRv32.qemu!, '/f', undefined).join(' ');
  assert.match(
    rv32,
    /-chardev pipe,id=door,path=\/f\/door -serial chardev:console -bios none -device pci-serial,chardev=door/,
  );
});

test(
  'the wall clock: a wait ends at its time or when somebody wakes it',
  deadline(LIMIT, async () => {
    const clock = new WallClock();
    const begin = clock.now();
    await clock.wait(5);
    assert.ok(clock.now() - begin >= 4);
    const woken = clock.wait(1e9);
    clock.wake();
    await woken;
    clock.block(0.1);
    clock.block(-1);
    assert.ok(clock.now() > begin);
  }),
);

test('the record: by its section, by its magic without one, and none', () => {
  const ranges = [{ da: da(RAM), pa: pa(RAM), len: 0x1000000 }];
  const memory = new SocMemory(ranges);
  const record = NativeStatus.pack({
    ...NativeStatus.unpack(new Uint8Array(NativeStatus.size)),
    ...{ magic: STATUS_MAGIC, version: STATUS_VERSION, state: NativeState.crashed, type: 1 },
    registers: Array.from({ length: 32 }, (_, i) => i),
    ...{ reason: 'watchdog', stack: '    at spin (firmware.js:1:2)\n' },
  });
  const at = RAM + 0x4010;
  memory.bytes(pa(at), record.length).set(record);
  const named = image({ sections: [{ name: '.rproc.status', addr: at, data: new Uint8Array(4) }] });
  const plain = image({});
  for (const file of [named, plain]) {
    const { type, reason, stack, registers } = crashOf(qemuMps2An386, memory, file);
    assert.equal([type, reason, stack[0]], [1, 'watchdog', 'at spin (firmware.js:1:2)']);
    assert.equal(Object.keys(registers!).slice(-4), ['sp', 'lr', 'pc', 'psr']);
  }
  assert.is(
    Object.keys(crashOf(qemuRv32, memoryOf(0x80000000, at - RAM, record), plain).registers!).length,
    32,
  );
  // An error of the program leaves no registers.
  memory.bytes(pa(at + NativeStatus.offset.registers), 4 * 32).fill(0);
  assert.is(crashOf(qemuMps2An386, memory, named).registers, undefined);
  memory.bytes(pa(at), 1)[0] = 0;
  for (const file of [named, plain]) {
    assert.match(crashOf(qemuMps2An386, memory, file).reason, /left no record that says why/);
  }
});

function memoryOf(base: number, offset: number, record: Uint8Array): SocMemory {
  const memory = new SocMemory([{ da: da(base), pa: pa(base), len: 0x1000000 }]);
  memory.bytes(pa(base + offset), record.length).set(record);
  return memory;
}

test.run();
