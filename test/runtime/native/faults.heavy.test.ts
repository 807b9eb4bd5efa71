/** Every way to go wrong ends as a status record that says what happened, on each kind of core that QEMU plays. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Board } from '../../../boards/board.js';
import { qemuMps2An386 } from '../../../boards/qemu/mps2-an386.js';
import { qemuMps2An500 } from '../../../boards/qemu/mps2-an500.js';
import { qemuR5f } from '../../../boards/qemu/r5f.js';
import { qemuRv32 } from '../../../boards/qemu/rv32.js';
import { CrashType, qemuCore } from '../../../host-sim/index.js';
import { da, daToPa } from '../../../runtime/abi/address.js';
import { AppHeader, SECTION_APP } from '../../../runtime/abi/app.js';
import { assemble } from '../../../sdk/build/assemble.js';
import { readElf } from '../../../sdk/elf/read.js';
import { hashOfSource } from '../../../sdk/elf/source-hash.js';
import { trace } from '../../../sdk/index.js';
import { compileBytecode } from '../../../sdk/native/compile.js';
import { findProducts } from '../../../sdk/native/products.js';
import { boot, deadline } from '../../../sdk/testing/index.js';
import { bareFirmware } from '../../support/firmware.js';
import { nativeReady } from '../../support/native.js';
import { skipUnless } from '../../support/need.js';

const test = suite('native faults');
const LIMIT = 120_000;
const full = process.env.RPROC_VOLUME === 'full';

const BOARDS: readonly Board[] = [qemuMps2An386, qemuMps2An500, qemuR5f, qemuRv32];

interface Fault {
  /** The body of a function, which sees `hal`, `held` and `at`, the address of `symbol`. */
  readonly code: string;
  readonly symbol?: string;
  readonly type: number | 'any';
  readonly reason: RegExp;
  /** Takes as long as the watchdog: on boards but the first in CI alone. */
  readonly slow?: boolean;
}

const WATCHDOG = {
  type: CrashType.watchdog,
  reason: /^watchdog: ran 2000 ms without returning$/,
  slow: true,
};

const FAULTS: { readonly [what: string]: Fault } = {
  'a store to nowhere': {
    code: 'hal.write32(0xdead0000, 1);',
    type: CrashType.mmufault,
    reason: /0xdead0000 at 0x[0-9a-f]{8}$/,
  },
  'a load from nowhere': {
    code: 'hal.read32(0xdead0000);',
    type: CrashType.mmufault,
    reason: /0xdead0000 at 0x[0-9a-f]{8}$/,
  },
  'the end of the stack': {
    code: 'hal.write32(at, 1);',
    symbol: '__rproc_stack_start',
    type: CrashType.mmufault,
    reason: /^stack overflow, access to 0x[0-9a-f]{8} at 0x[0-9a-f]{8}$/,
  },
  'an instruction that does not exist': {
    // UDF in Thumb state, and the illegal instruction of the C extension; bit 0 says Thumb.
    code: 'hal.write16(at & ~1, (at & 1) ? 0xde00 : 0); hal.now();',
    symbol: 'hal_now',
    type: CrashType.fatal,
    reason: /^undefined instruction/,
  },
  'a heap that somebody wrote over': {
    code: 'for (var i = at; i < at + 0x10000; i += 4) hal.write32(i, 0xa5a5a5a5); held.push({});',
    symbol: '__rproc_heap_start',
    type: 'any',
    reason: /./,
  },
  'recursion without end': {
    code: 'var f = function (n) { return f(n + 1) + 1; }; f(0);',
    type: CrashType.fatal,
    reason: /^InternalError: stack overflow$/,
  },
  'no memory left': {
    code: 'for (;;) held.push(new Uint8Array(1000));',
    type: CrashType.fatal,
    reason: /^InternalError: out of memory$/,
  },
  'an error that nobody catches': {
    code: 'throw new TypeError("told to");',
    type: CrashType.fatal,
    reason: /^TypeError: told to$/,
  },
  'something else that is thrown': {
    code: 'throw { a: 5 };',
    type: CrashType.fatal,
    reason: /^thrown: \{"a":5\}$/,
  },
  'crash()': { code: 'hal.crash("asked for", "at here");', type: CrashType.fatal, reason: /^asked for$/ },
  'an endless loop': { code: 'for (;;);', ...WATCHDOG },
  'a loop inside of the engine': {
    code: 'Array.prototype.indexOf.call({ length: Math.pow(2, 53) - 1 }, 1);',
    ...WATCHDOG,
  },
  'an endless loop in a promise job whose rejection is caught': {
    code: 'Promise.resolve().then(function () { for (;;); }).then(null, function () {});',
    ...WATCHDOG,
  },
};

/** Where the program finds which fault it shall make, and the address for it: memory that the image does not use. */
const wordsOf = (board: Board): number => board.memory.find(({ use }) => use === 'pool')!.da;

const programFor = (board: Board): string => `
var hal = globalThis.__rproc_hal, held = [], at = 0;
var faults = [${Object.values(FAULTS).map(({ code }) => `function () { ${code} }`)}];
hal.onAlarm(function () {
  var which = hal.read32(${wordsOf(board)});
  at = hal.read32(${wordsOf(board) + 4});
  if (which !== 0) faults[which - 1]();
  hal.setAlarm(hal.now() + 2);
});
hal.setAlarm(0);`;

async function makeImage(board: Board): Promise<Uint8Array> {
  const code = programFor(board);
  const products = findProducts();
  const image = await assemble(bareFirmware(board, [trace({ name: 'trace0', size: 0x1000 })]), {
    code,
    sourceMap: '{}',
    payload: {
      kind: 'bytecode',
      bytes: await compileBytecode(code, { file: 'firmware.js', debug: 'lines' }),
      engineHash: new Uint8Array(Buffer.from(products.hash, 'hex')),
      sourceHash: hashOfSource(new Uint8Array(Buffer.from(code))),
    },
    engine: { profile: 'small', version: products.engine },
  });
  return image.elf;
}

const images = new Map<Board, Promise<Uint8Array>>();

/** One image for all faults of a board: linking takes its time. */
function imageFor(board: Board): Promise<Uint8Array> {
  let image = images.get(board);
  if (!image) {
    image = makeImage(board);
    images.set(board, image);
  }
  return image;
}

const withBoard = (name: string, board: Board, body: () => Promise<void>): void => {
  const reason = nativeReady(board.qemu!.system);
  skipUnless(test, `${board.name}: ${name}`, reason === undefined, reason ?? '', deadline(LIMIT, body));
};

for (const board of BOARDS) {
  Object.entries(FAULTS).forEach(([what, fault], index) => {
    if (fault.slow && !full && board !== BOARDS[0]) return;
    withBoard(what, board, async () => {
      const image = await imageFor(board);
      const { symbols } = readElf(image, 'faults.elf');
      const remote = await boot(image, { board, core: qemuCore() });
      try {
        const { memory } = remote.simulation.processors[0];
        const words = daToPa(memory.ranges, da(wordsOf(board)), 8)!;
        const bytes = memory.bytes(words, 8);
        const at = symbols.find(({ name }) => name === fault.symbol)?.value ?? 0n;
        new DataView(bytes.buffer, bytes.byteOffset).setUint32(4, Number(at), true);
        bytes[0] = index + 1;
        memory.cache?.clean(words, 8);
        const report = await remote.crashed(LIMIT / 4);
        assert.match(report.reason, fault.reason, report.reason);
        if (fault.type !== 'any') assert.is(report.type, fault.type);
      } finally {
        await remote.dispose();
      }
    });
  });

  withBoard('a program that was damaged', board, async () => {
    const image = (await imageFor(board)).slice();
    image[appAt(image) + appOf(image).header_len + 20] ^= 1;
    await refuses(board, image, /^the program is damaged: its CRC-32 does not match$/);
  });

  withBoard('a program of another engine', board, async () => {
    const image = (await imageFor(board)).slice();
    image[appAt(image) + AppHeader.size] ^= 1;
    await refuses(board, image, /^the bytecode was compiled for another build of the engine/);
  });
}

/** Where the app header is in the file. */
function appAt(image: Uint8Array): number {
  const section = readElf(image, 'faults.elf').sections.find(({ name }) => name === SECTION_APP)!;
  return Number(section.offset);
}

const appOf = (image: Uint8Array) => AppHeader.unpack(image.subarray(appAt(image)));

async function refuses(board: Board, image: Uint8Array, reason: RegExp): Promise<void> {
  const remote = await boot(image, { board, core: qemuCore() });
  try {
    const report = await remote.crashed(LIMIT / 4);
    assert.match(report.reason, reason);
    assert.is(report.type, CrashType.fatal);
  } finally {
    await remote.dispose();
  }
}

test.run();
